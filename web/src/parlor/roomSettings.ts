// What a person's settings of a room mean.
import type { Room } from './types'

export function isMuted(room: Room, now = new Date()): boolean {
  const until = room.settings.muted_until
  return until !== null && new Date(until) > now
}

/** Whether you have deleted the chat for yourself, and no message has come since. */
export function isDeletedChat(room: Room): boolean {
  const { hidden, cleared_seq } = room.settings
  return room.kind === 'direct' && hidden && (cleared_seq ?? 0) >= room.last_seq
}
