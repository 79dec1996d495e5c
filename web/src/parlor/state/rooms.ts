// What is known of rooms, their members and their messages.
import { Timeline, withAuthor } from '../timeline'
import type { Cursor, Member, Message, Room, RoomId, User, UserId } from '../types'
import { PeopleState } from './people'

export class RoomsState extends PeopleState {
  /** Whether the list of rooms is complete. */
  complete = false
  readonly rooms = new Map<RoomId, Room>()
  readonly members = new Map<RoomId, Map<UserId, Member>>()
  readonly typing = new Map<RoomId, Map<UserId, number>>()
  readonly #timelines = new Map<RoomId, Timeline>()

  timeline(room: RoomId): Timeline {
    const known = this.#timelines.get(room) ?? new Timeline()
    this.#timelines.set(room, known)
    return known
  }

  /** All rooms, as a list said. */
  setRooms(rooms: Room[]): void {
    const listed = new Set(rooms.map((it) => it.chatroom_id))
    for (const id of this.rooms.keys()) if (!listed.has(id)) this.#forget(id)
    for (const room of rooms) this.#putNewer(room)
    this.complete = true
    this.emit('rooms', null)
  }

  setRoom(room: Room): void {
    this.#putNewer(room)
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
    this.putRoom({ ...room, ...change })
    this.emit('rooms', id)
  }

  /** A room as it is now, without what you have deleted for yourself. */
  protected putRoom(room: Room): void {
    const { chatroom_id: id, last_seq, last_message } = room
    // A room that an older client stored does not have it.
    const upTo = room.settings.cleared_seq ?? 0
    const isGone = last_message !== null && last_message.seq <= upTo
    this.rooms.set(id, isGone ? { ...room, last_message: null } : room)
    if (this.timeline(id).clearUpTo(upTo, last_seq)) this.emit('messages', id)
  }

  setMembers(id: RoomId, members: Member[]): void {
    this.members.set(id, new Map(members.map((it) => [it.user.user_id, it])))
    this.putUsers(...members.map((it) => it.user))
    this.emit('members', id)
  }

  /** A message that you sent, or that came by another way than an event. */
  put(message: Message): void {
    this.putAuthor(message)
    if (this.timeline(message.chatroom_id).put(message)) this.emit('messages', message.chatroom_id)
    const room = this.rooms.get(message.chatroom_id)
    if (room?.last_message?.message_id === message.message_id && room.last_message.rev < message.rev) {
      this.changeRoom(room.chatroom_id, { last_message: message })
    }
  }

  putAuthor({ user }: Message): void {
    const known = this.users.get(user.user_id)
    if (!known) this.putUsers({ ...user, status: null })
  }

  /** How far somebody has read and got; only ever further. */
  moveCursor(id: RoomId, cursor: Cursor): void {
    const member = this.members.get(id)?.get(cursor.user_id)
    if (!member) return
    const last_read_seq = Math.max(member.last_read_seq ?? 0, cursor.last_read_seq)
    const last_delivered_seq = Math.max(member.last_delivered_seq ?? 0, cursor.last_delivered_seq)
    this.members.get(id)?.set(cursor.user_id, { ...member, last_read_seq, last_delivered_seq })
    this.emit('members', id)
  }

  override rename(user: User): void {
    super.rename(user)
    for (const [id, timeline] of this.#timelines) if (timeline.rename(user)) this.emit('messages', id)
    for (const [id, members] of this.members) {
      const member = members.get(user.user_id)
      if (member) members.set(user.user_id, { ...member, user })
      if (member) this.emit('members', id)
    }
    for (const [id, room] of this.rooms) {
      const last_message = room.last_message && withAuthor(room.last_message, user)
      const peer = room.peer?.user_id === user.user_id ? user : room.peer
      if (last_message !== room.last_message || peer !== room.peer) {
        this.changeRoom(id, { last_message, peer })
      }
    }
  }

  override clear(): void {
    this.complete = false
    for (const map of [this.rooms, this.members, this.typing, this.#timelines]) map.clear()
    super.clear()
    this.emit('rooms', null)
  }

  #putNewer(room: Room): void {
    const known = this.rooms.get(room.chatroom_id)
    // A list may be older than what was heard since.
    if (known && known.rev > room.rev) return
    this.putRoom(room)
    if (room.peer) this.putUsers(room.peer)
  }

  #forget(id: RoomId): void {
    this.rooms.delete(id)
    this.members.delete(id)
    this.typing.delete(id)
    this.#timelines.delete(id)
    this.emit('messages', id)
  }
}
