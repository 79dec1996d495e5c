/** What stands between the messages: days, the line of what is new, and who begins to speak. */
import { sameDay } from '@/i18n/times'
import type { Row } from '@/parlor'

export interface Line {
  row: Row
  head: boolean
  day: boolean
  fresh: boolean
}

const PAUSE = 5 * 60_000

export function lines(rows: readonly Row[], start: number, end: number, firstUnread: number | null): Line[] {
  const made: Line[] = []
  for (let index = start; index < end; index++) {
    const row = rows[index]
    if (!row) break
    const before = rows[index - 1]
    const day = !before || !sameDay(new Date(before.message.timestamp), new Date(row.message.timestamp))
    const fresh = firstUnread !== null && isFirstOfOthers(rows, index, firstUnread)
    made.push({ row, day, fresh, head: day || fresh || begins(before, row) })
  }
  return made
}

/** My own words are not new to me: the line stands before the first of somebody else's. */
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
