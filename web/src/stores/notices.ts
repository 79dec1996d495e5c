// What deserves attention: told once, however many tabs are open.
import { defineStore } from 'pinia'

import { isMuted, uuid, type Message, type Relation, type Room } from '@/parlor'

import { parlor } from './client'
import { useRooms } from './rooms'

export interface Notice {
  message: Message
  room: Room
  mentioned: boolean
}

type FriendNews = 'asked' | 'accepted'

/** Tabs have this long to say that their person is looking at it already. */
const COURTESY = 300

export const useNotices = defineStore('notices', () => {
  const rooms = useRooms()
  const notices = new Set<(notice: Notice) => void>()
  const friendly = new Set<(relation: Relation, what: FriendNews) => void>()
  const tabs = new BroadcastChannel('parlor.notices')
  const taken = new Set<string>()
  const tab = uuid()

  tabs.onmessage = ({ data }: MessageEvent<string>) => take(data)

  /** Whoever claims first tells it; a tab that is looked at claims at once and says nothing. */
  function claim(what: string, isSeen: boolean, tell: () => void): void {
    if (isSeen) return tabs.postMessage(take(what))
    // Not all at the same moment, and always the same one first.
    const delay = COURTESY + (Number.parseInt(tab.slice(0, 4), 16) % 500)
    setTimeout(() => {
      if (taken.has(what)) return
      tabs.postMessage(take(what))
      tell()
    }, delay)
  }

  function take(what: string): string {
    taken.add(what)
    setTimeout(() => taken.delete(what), 10_000)
    return what
  }

  function isLookedAt(): boolean {
    return document.visibilityState === 'visible' && document.hasFocus()
  }

  parlor.on('heard', (message) => {
    const room = parlor.state.rooms.get(message.chatroom_id)
    if (!room) return
    const mentioned = message.mentions.includes(parlor.state.me?.user_id ?? 0)
    if (isMuted(room) && !mentioned) return
    const isSeen = isLookedAt() && rooms.currentId === room.chatroom_id
    claim(`message ${message.message_id}`, isSeen, () => {
      for (const listener of notices) listener({ message, room, mentioned })
    })
  })

  function related(relation: Relation, what: FriendNews): void {
    claim(`${what} ${relation.user_id} ${relation.since}`, false, () => {
      for (const listener of friendly) listener(relation, what)
    })
  }
  parlor.on('friend:requested', ({ relation }) => {
    if (relation.state === 'incoming') related(relation, 'asked')
  })
  parlor.on('friend:accepted', ({ relation }) => related(relation, 'accepted'))

  return {
    onNotice(listener: (notice: Notice) => void): () => void {
      notices.add(listener)
      return () => notices.delete(listener)
    },
    onFriend(listener: (relation: Relation, what: FriendNews) => void): () => void {
      friendly.add(listener)
      return () => friendly.delete(listener)
    },
  }
})
