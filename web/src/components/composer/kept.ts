/** What was begun in rooms that one has left for a while, beside the words. */
import type { Message, RoomId } from '@/parlor'

export interface Kept {
  files: File[]
  replyTo: Message | null
}

const kept = new Map<RoomId, Kept>()

export function keep(room: RoomId, it: Kept): void {
  if (it.files.length > 0 || it.replyTo) kept.set(room, it)
}

/** Once: from here on it is the composer's again. */
export function taken(room: RoomId): Kept | undefined {
  const it = kept.get(room)
  kept.delete(room)
  return it
}

/** Nothing of the person before is left for the next one. */
export function forgetKept(): void {
  kept.clear()
}
