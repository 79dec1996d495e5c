import { expect, test } from 'vitest'

import { shortenName } from './media'

test('a long name loses its middle and keeps its ending, and no sign is torn', () => {
  expect(shortenName('short.pdf')).toBe('short.pdf')
  expect(shortenName('minutes-of-the-meeting.final.tar.gz', 22)).toBe('minutes-of-…nal.tar.gz')
  expect(shortenName('🌻'.repeat(30), 22)).toBe(`${'🌻'.repeat(11)}…${'🌻'.repeat(10)}`)
})
