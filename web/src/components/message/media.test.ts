import { expect, test } from 'vitest'

import { shortened } from './media'

test('a long name loses its middle and keeps its ending, and no sign is torn', () => {
  expect(shortened('short.pdf')).toBe('short.pdf')
  expect(shortened('minutes-of-the-meeting.final.tar.gz', 22)).toBe('minutes-of-…nal.tar.gz')
  expect(shortened('🌻'.repeat(30), 22)).toBe(`${'🌻'.repeat(11)}…${'🌻'.repeat(10)}`)
})
