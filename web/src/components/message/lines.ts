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
    const fresh = firstUnread !== null && row.message.seq > 0 && row.message.seq >= firstUnread && (before?.message.seq ?? 0) < firstUnread
    made.push({ row, day, fresh, head: day || fresh || begins(before, row) })
  }
  return made
}

function begins(before: Row | undefined, row: Row): boolean {
  if (!before || before.message.sender_id !== row.message.sender_id) return true
  return Date.parse(row.message.timestamp) - Date.parse(before.message.timestamp) > PAUSE
}
