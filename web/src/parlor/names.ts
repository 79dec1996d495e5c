// How people and rooms are called.
import type { Author, Room } from './types'

export function nameOf(user: Author): string {
  return user.nickname || user.username
}

/**
 * `null` for a group without a name, and for the chat with somebody whose account is deleted: what
 * to call it depends on the language.
 */
export function roomName(room: Room): string | null {
  if (room.peer) return room.peer.deleted ? null : nameOf(room.peer)
  return room.chatroom_name || null
}
