/** What was begun in rooms that one has left for a while, beside the words. */
import type { Message, RoomId } from '@/parlor'

export interface DraftExtras {
  files: File[]
  replyTo: Message | null
}

const extras = new Map<RoomId, DraftExtras>()

export function keepDraftExtras(room: RoomId, it: DraftExtras): void {
  if (it.files.length > 0 || it.replyTo) extras.set(room, it)
}

/** Once: from here on it is the composer's again. */
export function takeDraftExtras(room: RoomId): DraftExtras | undefined {
  const it = extras.get(room)
  extras.delete(room)
  return it
}

/** Nothing of the person before is left for the next one. */
export function forgetDraftExtras(): void {
  extras.clear()
}
