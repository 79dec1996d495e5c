// What this client knows: rooms, messages, people. Rows in, no network.
//
// Every change in a room has a number, `rev`, which rises by one. A room here knows all changes
// up to its `rev`; whatever comes with a higher number than the next one was preceded by
// something that we missed, and `apply` says so.
import { Emitter } from './emitter'
import type { Changes, Head, RoomChanges, ServerEvents } from './events'
import { buried, calledNow, Timeline } from './timeline'
import type {
  Cursor,
  Me,
  Member,
  Message,
  Presence,
  Relation,
  Role,
  Room,
  RoomCard,
  RoomId,
  RoomSettings,
  User,
  UserId,
} from './types'

/** What changed, for whoever shows it. */
interface StateEvents {
  me: undefined
  /** The list of rooms, or something about one of them. */
  rooms: RoomId | null
  messages: RoomId
  members: RoomId
  typing: RoomId
  friends: undefined
  presences: undefined
  users: undefined
}

/** Something was missed: in a room, or in what belongs to oneself. */
export type Gap = { room: RoomId } | { user: true }

/** How every room is at first. */
const AS_MADE: RoomSettings = {
  muted_until: null,
  pinned_at: null,
  hidden: false,
  marked_unread: false,
  draft: null,
  drafted_at: null,
}

/** A fact as old as this was said by somebody who stopped typing without a word. */
const TYPING_LASTS = 7_000

export class State extends Emitter<StateEvents> {
  me: Me | null = null
  userRev = 0
  /** The moment up to which reading marks and names are known, as the server tells it. */
  since: string | null = null
  /** Whether the list of rooms is complete. */
  complete = false
  readonly rooms = new Map<RoomId, Room>()
  readonly members = new Map<RoomId, Map<UserId, Member>>()
  readonly typing = new Map<RoomId, Map<UserId, number>>()
  readonly relations = new Map<UserId, Relation>()
  readonly blocked = new Map<UserId, User>()
  readonly presences = new Map<UserId, Presence>()
  readonly users = new Map<UserId, User>()
  readonly #timelines = new Map<RoomId, Timeline>()

  timeline(room: RoomId): Timeline {
    const known = this.#timelines.get(room) ?? new Timeline()
    this.#timelines.set(room, known)
    return known
  }

  revs(): Record<RoomId, number> {
    return Object.fromEntries([...this.rooms.values()].map((it) => [it.chatroom_id, it.rev]))
  }

  clear(): void {
    this.me = null
    this.userRev = 0
    this.since = null
    this.complete = false
    for (const map of [this.rooms, this.members, this.typing, this.relations]) map.clear()
    for (const map of [this.blocked, this.presences, this.users, this.#timelines]) map.clear()
    this.emit('me', undefined)
    this.emit('rooms', null)
    this.emit('friends', undefined)
    this.emit('presences', undefined)
    this.emit('users', undefined)
  }

  // ---- Oneself and other people ----

  setMe(me: Me): void {
    this.me = me
    this.meet(me)
    this.emit('me', undefined)
  }

  /** Remembers how somebody is called now. */
  meet(...people: User[]): void {
    let changed = false
    for (const user of people) {
      const known = this.users.get(user.user_id)
      if (known && isSame(known, user)) continue
      this.users.set(user.user_id, user)
      changed = true
    }
    if (changed) this.emit('users', undefined)
  }

  setRelation(relation: Relation): void {
    this.meet(relation.user)
    if (relation.state === 'none') this.relations.delete(relation.user_id)
    else this.relations.set(relation.user_id, relation)
    this.emit('friends', undefined)
  }

  setRelations(relations: Relation[], blocked: User[]): void {
    this.relations.clear()
    this.blocked.clear()
    for (const it of relations) this.relations.set(it.user_id, it)
    for (const it of blocked) this.blocked.set(it.user_id, it)
    this.meet(...relations.map((it) => it.user), ...blocked)
    this.emit('friends', undefined)
  }

  setBlocked(user: User, isBlocked: boolean): void {
    if (isBlocked) this.blocked.set(user.user_id, user)
    else this.blocked.delete(user.user_id)
    if (isBlocked) this.relations.delete(user.user_id)
    this.emit('friends', undefined)
  }

  setPresences(presences: Presence[]): void {
    for (const it of presences) this.presences.set(it.user_id, it)
    this.emit('presences', undefined)
  }

  // ---- Rooms ----

  /** All rooms, as a list said. */
  setRooms(rooms: Room[]): void {
    const listed = new Set(rooms.map((it) => it.chatroom_id))
    for (const id of this.rooms.keys()) if (!listed.has(id)) this.#forget(id)
    for (const room of rooms) this.#store(room)
    this.complete = true
    this.emit('rooms', null)
  }

  setRoom(room: Room): void {
    this.#store(room)
    this.emit('rooms', room.chatroom_id)
  }

  removeRoom(id: RoomId): void {
    this.#forget(id)
    this.emit('rooms', null)
  }

  /** A room without its `rev`, which only rises with the changes that it stands for. */
  changeRoom(id: RoomId, change: Partial<Omit<Room, 'rev'>>): void {
    const room = this.rooms.get(id)
    if (!room) return
    this.rooms.set(id, { ...room, ...change })
    this.emit('rooms', id)
  }

  setMembers(id: RoomId, members: Member[]): void {
    this.members.set(id, new Map(members.map((it) => [it.user.user_id, it])))
    this.meet(...members.map((it) => it.user))
    this.emit('members', id)
  }

  #store(room: Room): void {
    const known = this.rooms.get(room.chatroom_id)
    // A list may be older than what was heard since.
    if (known && known.rev > room.rev) return
    this.rooms.set(room.chatroom_id, room)
    if (room.peer) this.meet(room.peer)
  }

  #forget(id: RoomId): void {
    this.rooms.delete(id)
    this.members.delete(id)
    this.typing.delete(id)
    this.#timelines.delete(id)
    this.emit('messages', id)
  }

  // ---- Catching up ----

  /** Whether one of these rooms is further than we are. */
  isBehind(heads: Head[]): boolean {
    return heads.some((it) => (this.rooms.get(it.chatroom_id)?.rev ?? -1) < it.rev)
  }

  applyChanges(changes: Changes): void {
    for (const id of changes.removed) this.removeRoom(id)
    for (const room of changes.rooms) this.#applyRoom(room)
    for (const user of changes.people) this.#renamed(user)
    this.since = changes.since
    if (changes.user) this.#applyUser(changes.user)
  }

  #applyUser(user: NonNullable<Changes['user']>): void {
    const { friends, requests, blocks, settings, ...me } = user
    this.userRev = me.rev
    this.setMe({ ...this.me, ...me })
    this.setRelations([...friends, ...requests], blocks)
    const set = new Map(settings.map((it) => [it.chatroom_id, it.settings]))
    for (const id of this.rooms.keys()) this.changeRoom(id, { settings: set.get(id) ?? AS_MADE })
  }

  #applyRoom(changes: RoomChanges): void {
    const { chatroom_id: id, chatroom, messages, members, cursors, rev, reset } = changes
    const known = this.rooms.get(id)
    const timeline = this.timeline(id)
    if (reset) timeline.begin(messages)
    else for (const message of messages) timeline.put(message)
    for (const message of messages) this.meetAuthor(message)
    // What was heard live meanwhile may be further than this page.
    if (!known || reset || known.rev <= rev) this.rooms.set(id, { ...readUpTo(known, chatroom), rev })
    if (chatroom.peer) this.meet(chatroom.peer)
    if (members) this.setMembers(id, members)
    for (const cursor of cursors) this.#moveCursor(id, cursor)
    this.emit('rooms', id)
    this.emit('messages', id)
    this.emit('members', id)
  }

  // ---- One event ----

  /** Takes in what the server reported; the gap before it, if there is one. */
  apply<E extends keyof ServerEvents>(event: E, data: ServerEvents[E]): Gap | null {
    const apply = this.#appliers[event] as ((data: ServerEvents[E]) => Gap | null) | undefined
    return apply?.(data) ?? null
  }

  readonly #appliers: { [E in keyof ServerEvents]?: (data: ServerEvents[E]) => Gap | null } = {
    'message:created': ({ message, rev }) => this.#created(message, rev),
    'message:updated': ({ message, rev }) => this.#updated(message, rev),
    'message:deleted': ({ message_id, chatroom_id, seq, rev }) =>
      this.#deleted(chatroom_id, message_id, seq, rev),
    'reaction:added': (it) => this.#reacted(it),
    'reaction:removed': (it) => this.#reacted(it),
    'message:read_by': ({ chatroom_id, user_id, last_read_seq }) => {
      this.#moveCursor(chatroom_id, { user_id, last_read_seq, last_delivered_seq: last_read_seq })
      return null
    },
    'message:delivered_to': ({ chatroom_id, user_id, last_delivered_seq }) => {
      this.#moveCursor(chatroom_id, { user_id, last_read_seq: 0, last_delivered_seq })
      return null
    },
    'room:unread': ({ chatroom_id, unread_count, mention_count = 0, last_read_seq }) => {
      this.changeRoom(chatroom_id, { unread_count, mention_count, last_read_seq })
      return null
    },
    'room:settings_changed': ({ chatroom_id, settings, user_rev }) => {
      this.changeRoom(chatroom_id, { settings })
      return this.#raiseUser(user_rev)
    },
    'room:created': ({ chatroom, rev }) => this.#described(chatroom, rev),
    'room:updated': ({ chatroom, roles, rev }) => {
      const id = chatroom.chatroom_id
      const isNew = rev > (this.rooms.get(id)?.rev ?? 0)
      if (isNew) for (const { user_id, role } of roles ?? []) this.#ranked(id, user_id, role)
      return this.#described(chatroom, rev)
    },
    'room:deleted': ({ chatroom }) => {
      this.removeRoom(chatroom.chatroom_id)
      return null
    },
    'room:member_joined': ({ chatroom_id, user_id, member, rev }) => {
      if (user_id === this.me?.user_id && !this.rooms.has(chatroom_id)) return { room: chatroom_id }
      this.#counted(chatroom_id, 1, rev)
      this.meet(member.user)
      if (this.members.get(chatroom_id)?.set(user_id, member)) this.emit('members', chatroom_id)
      return this.#raise(chatroom_id, rev)
    },
    'room:member_left': ({ chatroom_id, user_id, rev }) => {
      if (user_id === this.me?.user_id) {
        this.removeRoom(chatroom_id)
        return null
      }
      this.#counted(chatroom_id, -1, rev)
      if (this.members.get(chatroom_id)?.delete(user_id)) this.emit('members', chatroom_id)
      return this.#raise(chatroom_id, rev)
    },
    'room:cursor_changed': ({ chatroom_id, user_id, last_read_seq, last_delivered_seq }) => {
      const member = this.members.get(chatroom_id)?.get(user_id)
      // One's own is known to oneself, whoever else may see it.
      if (!member || user_id === this.me?.user_id) return null
      this.members.get(chatroom_id)?.set(user_id, { ...member, last_read_seq, last_delivered_seq })
      this.emit('members', chatroom_id)
      return null
    },
    'typing:changed': ({ chatroom_id, users }) => {
      const until = Date.now() + TYPING_LASTS
      this.typing.set(chatroom_id, new Map(users.map((it) => [it.user_id, until])))
      this.emit('typing', chatroom_id)
      return null
    },
    'friend:requested': ({ relation }) => this.#related(relation),
    'friend:accepted': ({ relation }) => this.#related(relation),
    'friend:cancelled': ({ relation }) => this.#related(relation),
    'friend:removed': ({ relation }) => this.#related(relation),
    'user:blocked': ({ user }) => {
      this.setBlocked(user, true)
      return null
    },
    'user:unblocked': ({ user }) => {
      this.setBlocked(user, false)
      return null
    },
    'user:updated': ({ user }) => {
      this.#renamed(user)
      return null
    },
    'presence:changed': ({ presences }) => {
      this.setPresences(presences)
      return null
    },
  }

  /** A message that one sent oneself, or got by other ways than an event. */
  put(message: Message): void {
    this.meetAuthor(message)
    if (this.timeline(message.chatroom_id).put(message)) this.emit('messages', message.chatroom_id)
    const room = this.rooms.get(message.chatroom_id)
    if (room?.last_message?.message_id === message.message_id && room.last_message.rev < message.rev) {
      this.changeRoom(room.chatroom_id, { last_message: message })
    }
  }

  meetAuthor({ user }: Message): void {
    const known = this.users.get(user.user_id)
    if (!known) this.meet({ ...user, status: null })
  }

  #created(message: Message, rev: number): Gap | null {
    const id = message.chatroom_id
    this.#stopsTyping(id, message.sender_id)
    this.put(message)
    const room = this.rooms.get(id)
    if (!room) return { room: id }
    if (message.seq > room.last_seq) {
      const isNew = message.sender_id !== this.me?.user_id && message.seq > room.last_read_seq
      const isForMe = isNew && message.mentions.includes(this.me?.user_id ?? 0)
      this.changeRoom(id, {
        last_seq: message.seq,
        last_message: message,
        unread_count: room.unread_count + (isNew ? 1 : 0),
        mention_count: room.mention_count + (isForMe ? 1 : 0),
        settings: room.settings.hidden ? { ...room.settings, hidden: false } : room.settings,
      })
    }
    return this.#raise(id, rev)
  }

  #updated(message: Message, rev: number): Gap | null {
    this.put(message)
    return this.#raise(message.chatroom_id, rev)
  }

  #deleted(id: RoomId, message: number, seq: number, rev: number): Gap | null {
    const room = this.rooms.get(id)
    const at = new Date().toISOString()
    const known = this.timeline(id).find(message) ?? room?.last_message
    const wasThere = known?.message_id !== message || known.deleted_at === null
    if (this.timeline(id).bury(message, rev, at)) this.emit('messages', id)
    if (!room) return { room: id }
    if (room.last_message?.message_id === message) {
      this.changeRoom(id, { last_message: buried(room.last_message, rev, at) })
    }
    const wasUnread = seq > room.last_read_seq && room.unread_count > 0 && room.rev < rev
    const isMine = known?.message_id === message && known.sender_id === this.me?.user_id
    if (wasThere && wasUnread && !isMine) {
      const forMe = known?.message_id === message && known.mentions.includes(this.me?.user_id ?? 0)
      this.changeRoom(id, {
        unread_count: room.unread_count - 1,
        mention_count: Math.max(0, room.mention_count - (forMe ? 1 : 0)),
      })
    }
    return this.#raise(id, rev)
  }

  #reacted(change: ServerEvents['reaction:added']): Gap | null {
    const { chatroom_id: id, message_id, reactions, rev } = change
    if (this.timeline(id).react(message_id, reactions, rev)) this.emit('messages', id)
    return this.#raise(id, rev)
  }

  #described(card: RoomCard, rev: number): Gap | null {
    const room = this.rooms.get(card.chatroom_id)
    // The rest of it, such as the peer, has to be asked for.
    if (!room) return { room: card.chatroom_id }
    if (rev > room.rev) {
      const { chatroom_name, description, creator_id } = card
      this.changeRoom(card.chatroom_id, { chatroom_name, description, creator_id })
    }
    return this.#raise(card.chatroom_id, rev)
  }

  #ranked(id: RoomId, user: UserId, role: Role): void {
    if (user === this.me?.user_id) this.changeRoom(id, { role })
    const member = this.members.get(id)?.get(user)
    if (!member) return
    this.members.get(id)?.set(user, { ...member, role })
    this.emit('members', id)
  }

  #counted(id: RoomId, more: number, rev: number): void {
    const room = this.rooms.get(id)
    if (room && rev > room.rev) this.changeRoom(id, { member_count: room.member_count + more })
  }

  #related(relation: Relation): null {
    this.setRelation(relation)
    return null
  }

  #renamed(user: User): void {
    this.users.set(user.user_id, user)
    this.emit('users', undefined)
    if (this.me?.user_id === user.user_id) this.setMe({ ...this.me, ...user })
    const relation = this.relations.get(user.user_id)
    if (relation) this.setRelation({ ...relation, user })
    for (const [id, timeline] of this.#timelines) if (timeline.rename(user)) this.emit('messages', id)
    for (const [id, members] of this.members) {
      const member = members.get(user.user_id)
      if (member) members.set(user.user_id, { ...member, user })
      if (member) this.emit('members', id)
    }
    for (const [id, room] of this.rooms) {
      const last_message = room.last_message && calledNow(room.last_message, user)
      const peer = room.peer?.user_id === user.user_id ? user : room.peer
      if (last_message !== room.last_message || peer !== room.peer) {
        this.changeRoom(id, { last_message, peer })
      }
    }
  }

  #moveCursor(id: RoomId, cursor: Cursor): void {
    const member = this.members.get(id)?.get(cursor.user_id)
    if (!member) return
    const last_read_seq = Math.max(member.last_read_seq ?? 0, cursor.last_read_seq)
    const last_delivered_seq = Math.max(member.last_delivered_seq ?? 0, cursor.last_delivered_seq)
    this.members.get(id)?.set(cursor.user_id, { ...member, last_read_seq, last_delivered_seq })
    this.emit('members', id)
  }

  #stopsTyping(id: RoomId, user: UserId): void {
    if (this.typing.get(id)?.delete(user)) this.emit('typing', id)
  }

  #raise(id: RoomId, rev: number): Gap | null {
    const room = this.rooms.get(id)
    if (!room) return { room: id }
    if (rev <= room.rev) return null
    if (rev > room.rev + 1) return { room: id }
    this.rooms.set(id, { ...room, rev })
    this.emit('rooms', id)
    return null
  }

  #raiseUser(rev: number): Gap | null {
    if (rev > this.userRev + 1) return { user: true }
    this.userRev = Math.max(rev, this.userRev)
    return null
  }
}

/** What was read here just now, the server may not have known yet. */
function readUpTo(known: Room | undefined, told: Room): Room {
  if (!known || known.last_read_seq <= told.last_read_seq) return told
  const { last_read_seq, unread_count, mention_count } = known
  return { ...told, last_read_seq, unread_count, mention_count }
}

function isSame(a: User, b: User): boolean {
  return a.username === b.username && a.nickname === b.nickname && a.avatar_url === b.avatar_url && a.status === b.status
}
