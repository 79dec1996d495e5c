import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

type Words = Record<string, Record<string, string>>

/** As it is written: an import would be compiled. */
function read(language: string): Words {
  return JSON.parse(readFileSync(new URL(`./locales/${language}.json`, import.meta.url), 'utf8')) as Words
}

/** Each key with the names that are filled in. */
function slots(words: Words): Record<string, string[]> {
  const keys = Object.entries(words).flatMap(([group, all]) =>
    Object.entries(all).map(([key, text]) => [`${group}.${key}`, text] as const),
  )
  return Object.fromEntries(keys.map(([key, text]) => [key, [...new Set(text.match(/\{\w+\}/g))].sort()]))
}

test.each(['zh-Hant', 'zh-Hans', 'ko', 'ja'])(
  '%s says everything that English says, with the same names in it',
  (language) => {
    expect(slots(read(language))).toEqual(slots(read('en')))
  },
)
