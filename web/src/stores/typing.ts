// Who is typing now.
import { defineStore } from 'pinia'

import type { RoomId, UserId } from '@/parlor'

import { parlor } from './client'
import { stateSignals } from './stateSignals'

export const useTyping = defineStore('typing', () => {
  function inRoom(room: RoomId): UserId[] {
    stateSignals.typing.of(room).track()
    const [now, me] = [Date.now(), parlor.state.me?.user_id]
    const typists = [...(parlor.state.typing.get(room) ?? [])]
    return typists.filter(([user, until]) => user !== me && until > now).map(([user]) => user)
  }

  // A person who vanished while typing is forgotten, although no event says so.
  parlor.on('typing:changed', ({ chatroom_id, users }) => {
    if (users.length > 0) setTimeout(() => stateSignals.typing.of(chatroom_id).trigger(), 7_100)
  })

  return {
    in: inRoom,
    start: (room: RoomId): void => parlor.rooms.startTyping(room),
    stop: (room: RoomId): void => parlor.rooms.stopTyping(room),
  }
})
