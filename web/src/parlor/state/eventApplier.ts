// What the server reports, one event at a time, and whether something was missed before it.
import type { ServerEvents } from '../events'
import type { State } from '../state'
import { tombstone } from '../timeline'
import type { Member, Message, Relation, Role, RoomCard, RoomId, UserId } from '../types'

/** Something was missed: in a room, or in what is your own. */
export type Gap = { room: RoomId } | { user: true }

/** After this time somebody has stopped typing, even if no event says so. */
const TYPING_LASTS = 7_000

/** The room that an event is about. */
export function roomOf(data: ServerEvents[keyof ServerEvents]): RoomId | null {
  if ('chatroom_id' in data) return data.chatroom_id
  if ('message' in data) return data.message.chatroom_id
  return 'chatroom' in data ? data.chatroom.chatroom_id : null
}

export class EventApplier {
  readonly #state: State

  constructor(state: State) {
    this.#state = state
  }

  /** Takes in what the server reported; the gap before it, if there is one. */
  apply<E extends keyof ServerEvents>(event: E, data: ServerEvents[E]): Gap | null {
    const apply = this.#handlers[event] as ((data: ServerEvents[E]) => Gap | null) | undefined
    return apply?.(data) ?? null
  }

  readonly #handlers: { [E in keyof ServerEvents]?: (data: ServerEvents[E]) => Gap | null } = {
    'message:created': ({ message, rev }) => this.#addMessage(message, rev),
    'message:updated': ({ message, rev }) => this.#updateMessage(message, rev),
    'message:deleted': ({ message_id, chatroom_id, seq, rev }) =>
      this.#deleteMessage(chatroom_id, message_id, seq, rev),
    'reaction:added': (it) => this.#setReactions(it),
    'reaction:removed': (it) => this.#setReactions(it),
    'room:marks': ({ chatroom_id, marks }) => {
      for (const mark of marks) this.#state.moveCursor(chatroom_id, mark)
      return null
    },
    'room:unread': ({ chatroom_id, unread_count, mention_count = 0, last_read_seq }) => {
      this.#state.changeRoom(chatroom_id, { unread_count, mention_count, last_read_seq })
      return null
    },
    'room:settings_changed': ({ chatroom_id, settings, user_rev }) => {
      this.#state.changeRoom(chatroom_id, { settings })
      return this.#raiseUser(user_rev)
    },
    'room:created': ({ chatroom, rev }) => this.#describeRoom(chatroom, rev),
    'room:updated': ({ chatroom, roles, rev }) => {
      const id = chatroom.chatroom_id
      const isNew = rev > (this.#state.rooms.get(id)?.rev ?? 0)
      if (isNew) for (const { user_id, role } of roles ?? []) this.#setRole(id, user_id, role)
      return this.#describeRoom(chatroom, rev)
    },
    'room:deleted': ({ chatroom }) => {
      this.#state.removeRoom(chatroom.chatroom_id)
      return null
    },
    'room:member_joined': ({ chatroom_id, user_id, member, rev }) => {
      if (user_id === this.#state.me?.user_id && !this.#state.rooms.has(chatroom_id)) return { room: chatroom_id }
      this.#changeMemberCount(chatroom_id, 1, rev)
      this.#state.putUsers(member.user)
      this.#putMember(chatroom_id, member)
      return this.#raise(chatroom_id, rev)
    },
    'room:member_left': ({ chatroom_id, user_id, rev }) => {
      if (user_id === this.#state.me?.user_id) {
        this.#state.removeRoom(chatroom_id)
        return null
      }
      this.#changeMemberCount(chatroom_id, -1, rev)
      if (this.#state.members.get(chatroom_id)?.delete(user_id)) this.#state.emit('members', chatroom_id)
      return this.#raise(chatroom_id, rev)
    },
    'room:cursor_changed': ({ chatroom_id, user_id, last_read_seq, last_delivered_seq }) => {
      const member = this.#state.members.get(chatroom_id)?.get(user_id)
      // You know your own cursor, even if you do not let others see it.
      if (member && user_id !== this.#state.me?.user_id) {
        this.#putMember(chatroom_id, { ...member, last_read_seq, last_delivered_seq })
      }
      return null
    },
    'typing:changed': ({ chatroom_id, users }) => {
      const until = Date.now() + TYPING_LASTS
      this.#state.typing.set(chatroom_id, new Map(users.map((it) => [it.user_id, until])))
      this.#state.emit('typing', chatroom_id)
      return null
    },
    'friend:requested': ({ relation }) => this.#setRelation(relation),
    'friend:accepted': ({ relation }) => this.#setRelation(relation),
    'friend:cancelled': ({ relation }) => this.#setRelation(relation),
    'friend:removed': ({ relation }) => this.#setRelation(relation),
    'user:blocked': ({ user }) => {
      this.#state.setBlocked(user, true)
      return null
    },
    'user:unblocked': ({ user }) => {
      this.#state.setBlocked(user, false)
      return null
    },
    'user:updated': ({ user }) => {
      this.#state.rename(user)
      return null
    },
    'presence:changed': ({ presences }) => {
      this.#state.setPresences(presences)
      return null
    },
  }

  #addMessage(message: Message, rev: number): Gap | null {
    const id = message.chatroom_id
    this.#endTyping(id, message.sender_id)
    this.#state.put(message)
    const room = this.#state.rooms.get(id)
    if (!room) return { room: id }
    if (message.seq > room.last_seq) {
      const isNew = message.sender_id !== this.#state.me?.user_id && message.seq > room.last_read_seq
      const isForMe = isNew && message.mentions.includes(this.#state.me?.user_id ?? 0)
      this.#state.changeRoom(id, {
        last_seq: message.seq,
        last_message: message,
        unread_count: room.unread_count + (isNew ? 1 : 0),
        mention_count: room.mention_count + (isForMe ? 1 : 0),
        settings: room.settings.hidden ? { ...room.settings, hidden: false } : room.settings,
      })
    }
    return this.#raise(id, rev)
  }

  #updateMessage(message: Message, rev: number): Gap | null {
    this.#state.put(message)
    return this.#raise(message.chatroom_id, rev)
  }

  #deleteMessage(id: RoomId, message: number, seq: number, rev: number): Gap | null {
    const room = this.#state.rooms.get(id)
    const at = new Date().toISOString()
    const known = this.#state.timeline(id).find(message) ?? room?.last_message
    const wasThere = known?.message_id !== message || known.deleted_at === null
    if (this.#state.timeline(id).markDeleted(message, rev, at)) this.#state.emit('messages', id)
    if (!room) return { room: id }
    if (room.last_message?.message_id === message) {
      this.#state.changeRoom(id, { last_message: tombstone(room.last_message, rev, at) })
    }
    // Counted in its turn only, as people are.
    const wasUnread = seq > room.last_read_seq && room.unread_count > 0 && rev === room.rev + 1
    const isMine = known?.message_id === message && known.sender_id === this.#state.me?.user_id
    if (wasThere && wasUnread && !isMine) {
      const forMe = known?.message_id === message && known.mentions.includes(this.#state.me?.user_id ?? 0)
      this.#state.changeRoom(id, {
        unread_count: room.unread_count - 1,
        mention_count: Math.max(0, room.mention_count - (forMe ? 1 : 0)),
      })
    }
    return this.#raise(id, rev)
  }

  #setReactions(change: ServerEvents['reaction:added']): Gap | null {
    const { chatroom_id: id, message_id, reactions, rev } = change
    if (this.#state.timeline(id).react(message_id, reactions, rev)) this.#state.emit('messages', id)
    const last = this.#state.rooms.get(id)?.last_message
    if (last?.message_id === message_id && last.deleted_at === null && last.rev < rev) {
      this.#state.changeRoom(id, { last_message: { ...last, reactions, rev } })
    }
    return this.#raise(id, rev)
  }

  #describeRoom(card: RoomCard, rev: number): Gap | null {
    const room = this.#state.rooms.get(card.chatroom_id)
    // The rest of it, such as the peer, has to be asked for.
    if (!room) return { room: card.chatroom_id }
    if (rev > room.rev) {
      const { chatroom_name, description, creator_id } = card
      this.#state.changeRoom(card.chatroom_id, { chatroom_name, description, creator_id })
    }
    return this.#raise(card.chatroom_id, rev)
  }

  #setRole(id: RoomId, user: UserId, role: Role): void {
    if (user === this.#state.me?.user_id) this.#state.changeRoom(id, { role })
    const member = this.#state.members.get(id)?.get(user)
    if (member) this.#putMember(id, { ...member, role })
  }

  #putMember(id: RoomId, member: Member): void {
    const members = this.#state.members.get(id)
    members?.set(member.user.user_id, member)
    if (members) this.#state.emit('members', id)
  }

  #changeMemberCount(id: RoomId, more: number, rev: number): void {
    const room = this.#state.rooms.get(id)
    // Beyond a gap it may be heard again before the gap is filled; what fills it brings the count.
    if (room && rev === room.rev + 1) this.#state.changeRoom(id, { member_count: room.member_count + more })
  }

  #setRelation(relation: Relation): null {
    this.#state.setRelation(relation)
    return null
  }

  #endTyping(id: RoomId, user: UserId): void {
    if (this.#state.typing.get(id)?.delete(user)) this.#state.emit('typing', id)
  }

  #raise(id: RoomId, rev: number): Gap | null {
    const room = this.#state.rooms.get(id)
    if (!room) return { room: id }
    if (rev <= room.rev) return null
    if (rev > room.rev + 1) return { room: id }
    this.#state.rooms.set(id, { ...room, rev })
    this.#state.emit('rooms', id)
    return null
  }

  #raiseUser(rev: number): Gap | null {
    if (rev > this.#state.userRev + 1) return { user: true }
    this.#state.userRev = Math.max(rev, this.#state.userRev)
    return null
  }
}
