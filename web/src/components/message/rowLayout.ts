/** What stands between the rows: where a day, the new messages or a group of one sender starts. */
import { isSameDay } from '@/i18n/format'
import type { Row } from '@/parlor'

export interface RowLayout {
  row: Row
  startsGroup: boolean
  startsDay: boolean
  startsNew: boolean
}

const PAUSE = 5 * 60_000

export function layOutRows(rows: readonly Row[], start: number, end: number, firstUnread: number | null): RowLayout[] {
  const made: RowLayout[] = []
  for (let index = start; index < end; index++) {
    const row = rows[index]
    if (!row) break
    const before = rows[index - 1]
    const startsDay = !before || !isSameDay(new Date(before.message.timestamp), new Date(row.message.timestamp))
    const startsNew = firstUnread !== null && isFirstOfOthers(rows, index, firstUnread)
    made.push({ row, startsDay, startsNew, startsGroup: startsDay || startsNew || begins(before, row) })
  }
  return made
}

/** Your own messages are not new to you: new messages start with the first of somebody else's. */
function isFirstOfOthers(rows: readonly Row[], index: number, firstUnread: number): boolean {
  const isNew = (row: Row) => row.message.seq >= firstUnread
  const row = rows[index]
  if (!row || row.mine || !isNew(row)) return false
  for (let at = index - 1; at >= 0; at--) {
    const before = rows[at]
    if (!before || !isNew(before)) return true
    if (!before.mine) return false
  }
  return true
}

function begins(before: Row | undefined, row: Row): boolean {
  if (!before || before.message.sender_id !== row.message.sender_id) return true
  return Date.parse(row.message.timestamp) - Date.parse(before.message.timestamp) > PAUSE
}
