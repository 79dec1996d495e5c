// What you are notified of: once, however many tabs are open.
import { defineStore } from 'pinia'

import { isMuted, uuid, type Message, type Relation, type Room } from '@/parlor'

import { parlor } from './client'
import { useRooms } from './rooms'

export interface MessageNotification {
  message: Message
  room: Room
  mentioned: boolean
}

type FriendNews = 'asked' | 'accepted'

/** Other tabs have this long to say that you are looking at it already. */
const CLAIM_DELAY = 300

export const useNotifications = defineStore('notifications', () => {
  const rooms = useRooms()
  const messageListeners = new Set<(notification: MessageNotification) => void>()
  const friendListeners = new Set<(relation: Relation, what: FriendNews) => void>()
  const tabs = new BroadcastChannel('parlor.notices')
  const claimed = new Set<string>()
  const tab = uuid()

  tabs.onmessage = ({ data }: MessageEvent<string>) => markClaimed(data)

  /** The tab that claims it first tells it. A tab that you look at claims it at once and tells nothing. */
  function claim(what: string, isSeen: boolean, tell: () => void): void {
    if (isSeen) return tabs.postMessage(markClaimed(what))
    // Each tab at another moment, so that two do not claim it together.
    const delay = CLAIM_DELAY + (Number.parseInt(tab.slice(0, 4), 16) % 500)
    setTimeout(() => {
      if (claimed.has(what)) return
      tabs.postMessage(markClaimed(what))
      tell()
    }, delay)
  }

  function markClaimed(what: string): string {
    claimed.add(what)
    setTimeout(() => claimed.delete(what), 10_000)
    return what
  }

  function isInFront(): boolean {
    return document.visibilityState === 'visible' && document.hasFocus()
  }

  parlor.on('heard', (message) => {
    const room = parlor.state.rooms.get(message.chatroom_id)
    if (!room) return
    const mentioned = message.mentions.includes(parlor.state.me?.user_id ?? 0)
    if (isMuted(room) && !mentioned) return
    const isSeen = isInFront() && rooms.currentId === room.chatroom_id
    claim(`message ${message.message_id}`, isSeen, () => {
      for (const listener of messageListeners) listener({ message, room, mentioned })
    })
  })

  function tellFriend(relation: Relation, what: FriendNews): void {
    claim(`${what} ${relation.user_id} ${relation.since}`, false, () => {
      for (const listener of friendListeners) listener(relation, what)
    })
  }
  parlor.on('friend:requested', ({ relation }) => {
    if (relation.state === 'incoming') tellFriend(relation, 'asked')
  })
  parlor.on('friend:accepted', ({ relation }) => tellFriend(relation, 'accepted'))

  return {
    onMessage(listener: (notification: MessageNotification) => void): () => void {
      messageListeners.add(listener)
      return () => messageListeners.delete(listener)
    },
    onFriend(listener: (relation: Relation, what: FriendNews) => void): () => void {
      friendListeners.add(listener)
      return () => friendListeners.delete(listener)
    },
  }
})
