import { expect, test } from 'vitest'

import type { Row } from '@/parlor'

import { layOutRows } from './rowLayout'

const row = (seq: number, sender: number, at: string, mine = false) =>
  ({ key: `m${seq}`, mine, message: { seq, sender_id: sender, timestamp: at } }) as Row

const rows = [
  row(1, 1, '2026-11-20T10:00:00Z'),
  row(2, 1, '2026-11-20T10:01:00Z'),
  row(3, 2, '2026-11-20T10:02:00Z', true),
  row(4, 1, '2026-11-22T10:00:00Z'),
  row(5, 1, '2026-11-22T10:20:00Z'),
]
const shown = (start: number, firstUnread: number | null) =>
  layOutRows(rows, start, rows.length, firstUnread).map((it) => [it.row.message.seq, it.startsGroup, it.startsDay, it.startsNew])

test('a face begins with its person, after a pause, and on another day', () => {
  expect(shown(0, null)).toEqual([
    [1, true, true, false],
    [2, false, false, false],
    [3, true, false, false],
    [4, true, true, false],
    [5, true, false, false],
  ])
})

test('the line of what is new stands before the first words of others, once, whatever part is drawn', () => {
  expect(shown(0, 3).map((it) => it[3])).toEqual([false, false, false, true, false])
  expect(shown(4, 3).map((it) => it[3])).toEqual([false])
})
