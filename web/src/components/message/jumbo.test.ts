import { expect, test } from 'vitest'

import { isJumbo } from './jumbo'

test('up to three emoji alone are drawn large', () => {
  for (const text of ['👍', '❤️', '👩‍👩‍👧‍👦', '🇹🇼', '👍🏽 🎉', '😀😀😀']) expect(isJumbo(text), text).toBe(true)
  for (const text of ['', 'ok 👍', '😀😀😀😀', '1', '#', '©2026']) expect(isJumbo(text), text).toBe(false)
})
