import { expect, test } from 'vitest'

import en from './locales/en.json'
import ja from './locales/ja.json'
import ko from './locales/ko.json'
import zhHans from './locales/zh-Hans.json'
import zhHant from './locales/zh-Hant.json'

type Words = Record<string, Record<string, string>>

/** Each key with the names that are filled in. */
function slots(words: Words): Record<string, string[]> {
  const keys = Object.entries(words).flatMap(([group, all]) => Object.entries(all).map(([key, text]) => [`${group}.${key}`, text] as const))
  return Object.fromEntries(keys.map(([key, text]) => [key, [...new Set(text.match(/\{\w+\}/g))].sort()]))
}

test.each([
  ['zh-Hant', zhHant],
  ['zh-Hans', zhHans],
  ['ko', ko],
  ['ja', ja],
])('%s says everything that English says, with the same names in it', (_, words) => {
  expect(slots(words)).toEqual(slots(en))
})
