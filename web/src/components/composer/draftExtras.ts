/** What belongs to an unfinished message beside its text. It is kept while you are in another room,
 * in memory only; the server keeps the text. */
import type { Message, RoomId } from '@/parlor'

export interface DraftExtras {
  files: File[]
  replyTo: Message | null
}

const extras = new Map<RoomId, DraftExtras>()

export function keepDraftExtras(room: RoomId, it: DraftExtras): void {
  if (it.files.length > 0 || it.replyTo) extras.set(room, it)
}

/** Once: after that the composer has it. */
export function takeDraftExtras(room: RoomId): DraftExtras | undefined {
  const it = extras.get(room)
  extras.delete(room)
  return it
}

/** The next person who signs in here must not see it. */
export function forgetDraftExtras(): void {
  extras.clear()
}
