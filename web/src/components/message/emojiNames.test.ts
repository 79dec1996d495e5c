import { expect, test } from 'vitest'

import { GROUPS } from './emoji'
import { loadEmojiNames } from './emojiNames'

test.each(['zh-Hant', 'zh-Hans', 'ko', 'ja'])('every emoji has a name in %s', async (language) => {
  const names = await loadEmojiNames(language)
  const nameless = GROUPS.flatMap((it) => it.emoji).filter(({ character }) => !names[character]?.[0])
  expect(nameless.map((it) => it.character)).toEqual([])
})

test('in English they are with the emoji', async () => {
  expect(await loadEmojiNames('en')).toEqual({})
})
