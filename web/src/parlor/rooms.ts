// Rooms: creating, joining and leaving them, their members, and your settings of them.
import type { Context } from './context'
import type { Payload } from './events'
import { Problem } from './problem'
import type { Member, PublicRoom, Role, Room, RoomBan, RoomId, UserId } from './types'

/** Read marks are sent after this pause, because you pass many messages while you scroll. */
const READING_PAUSE = 250
const DRAFT_PAUSE = 1_500
const TYPING_EVERY = 3_000
/** Muted until further notice. */
export const ALWAYS = new Date('9999-12-31T00:00:00.000Z')

export class Rooms {
  readonly #unsentReads = new Map<RoomId, number>()
  readonly #delivered = new Map<RoomId, number>()
  readonly #drafts = new Map<RoomId, string>()
  readonly #draftTimers = new Map<RoomId, ReturnType<typeof setTimeout>>()
  readonly #typedAt = new Map<RoomId, number>()
  #flushTimer: ReturnType<typeof setTimeout> | null = null

  constructor(private readonly context: Context) {}

  /** The next person who signs in must not see it. */
  forget(): void {
    for (const timer of this.#draftTimers.values()) clearTimeout(timer)
    for (const map of [this.#unsentReads, this.#delivered, this.#drafts, this.#draftTimers]) map.clear()
    this.#typedAt.clear()
  }

  // ---- Making, coming, going ----

  async load(id: RoomId): Promise<Room> {
    return this.#put(await this.context.rest.get<Room>(`/v1/rooms/${id}`))
  }

  async createDirect(user: UserId): Promise<Room> {
    const payload = { kind: 'direct' as const, user_ids: [user] }
    return this.#put((await this.context.connection.ask('room:create', payload)).chatroom)
  }

  async createGroup(users: UserId[], name?: string): Promise<Room> {
    const named = name?.trim() ? { chatroom_name: name.trim() } : {}
    const payload = { kind: 'group' as const, user_ids: users, ...named }
    return this.#put((await this.context.connection.ask('room:create', payload)).chatroom)
  }

  async update(
    id: RoomId,
    change: { chatroom_name?: string; description?: string },
  ): Promise<void> {
    const { chatroom } = await this.context.connection.ask('room:update', { chatroom_id: id, ...change })
    this.#put(chatroom)
  }

  async leave(id: RoomId): Promise<void> {
    await this.context.connection.ask('room:leave', { chatroom_id: id })
    this.context.state.removeRoom(id)
  }

  async remove(id: RoomId): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/rooms/${id}`)
    this.context.state.removeRoom(id)
  }

  async publicRooms(): Promise<PublicRoom[]> {
    return await this.context.rest.all('/v1/rooms', { kind: 'public' })
  }

  async createPublic(form: { name: string; description?: string }): Promise<Room> {
    const { name, description } = form
    const body = { kind: 'public', chatroom_name: name, description }
    return this.#put(await this.context.rest.send('POST', '/v1/rooms', { body }))
  }

  async join(id: RoomId): Promise<Room> {
    await this.context.rest.send('PUT', `/v1/rooms/${id}/members/me`)
    return await this.load(id)
  }

  // ---- Members ----

  async loadMembers(id: RoomId): Promise<Member[]> {
    const ask = () => this.context.rest.all<Member>(`/v1/rooms/${id}/members`)
    return await this.context.state.fetch(id, ask, (members) => this.context.state.setMembers(id, members))
  }

  async addMembers(id: RoomId, users: UserId[]): Promise<void> {
    await this.context.connection.ask('room:add_members', { chatroom_id: id, user_ids: users })
    await this.loadMembers(id)
  }

  async removeMember(id: RoomId, user: UserId): Promise<void> {
    await this.context.connection.ask('room:remove_member', { chatroom_id: id, user_id: user })
    await this.loadMembers(id)
  }

  /** Removes the member, who cannot join again. */
  async ban(id: RoomId, user: UserId): Promise<void> {
    await this.context.rest.send('PUT', `/v1/rooms/${id}/bans/${user}`)
    await this.loadMembers(id)
  }

  async unban(id: RoomId, user: UserId): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/rooms/${id}/bans/${user}`)
  }

  /** The people who are banned from a public room. */
  async bans(id: RoomId): Promise<RoomBan[]> {
    return await this.context.rest.all(`/v1/rooms/${id}/bans`)
  }

  async setRole(id: RoomId, user: UserId, role: Role): Promise<void> {
    await this.context.connection.ask('room:update', { chatroom_id: id, user_id: user, role })
    await this.loadMembers(id)
  }

  // ---- Your settings of them ----

  async mute(id: RoomId, until: Date | 'always' | null): Promise<void> {
    const date = until === 'always' ? ALWAYS : until
    await this.#changeSettings(id, { muted_until: date?.toISOString() ?? null })
  }

  async pin(id: RoomId, pinned: boolean): Promise<void> {
    await this.#changeSettings(id, { pinned })
  }

  async hide(id: RoomId, hidden: boolean): Promise<void> {
    await this.#changeSettings(id, { hidden })
  }

  /** Only for you: the messages up to now are gone, and the next message brings the room back. */
  async deleteChat(id: RoomId): Promise<void> {
    const cleared_seq = this.context.state.rooms.get(id)?.last_seq ?? 0
    clearTimeout(this.#draftTimers.get(id))
    this.#drafts.delete(id)
    await this.#changeSettings(id, { cleared_seq })
  }

  async markUnread(id: RoomId, marked_unread: boolean): Promise<void> {
    await this.#changeSettings(id, { marked_unread })
  }

  /** From a message on, for oneself: what others saw you read stays read. */
  async markUnreadFrom(id: RoomId, seq: number): Promise<void> {
    this.#unsentReads.delete(id)
    const told = await this.context.connection.ask('message:unread', { chatroom_id: id, seq })
    const { last_read_seq, unread_count } = told
    this.context.state.changeRoom(id, { last_read_seq, unread_count })
  }

  async #changeSettings(
    id: RoomId,
    change: Omit<Payload<'room:settings'>, 'chatroom_id'>,
  ): Promise<void> {
    const { settings } = await this.context.connection.ask('room:settings', { chatroom_id: id, ...change })
    this.context.state.changeRoom(id, { settings })
  }

  // ---- Marks ----

  /** Shown at once, sent together with others; it only rises. */
  markRead(id: RoomId, seq?: number): void {
    const room = this.context.state.rooms.get(id)
    if (!room) return
    if (room.settings.marked_unread) void this.markUnread(id, false).catch(() => undefined)
    const upTo = Math.min(seq ?? room.last_seq, room.last_seq)
    if (upTo <= Math.max(room.last_read_seq, this.#unsentReads.get(id) ?? 0)) return
    this.#unsentReads.set(id, upTo)
    if (upTo === room.last_seq) {
      this.context.state.changeRoom(id, { unread_count: 0, mention_count: 0, last_read_seq: upTo })
    }
    this.#flushIn()
  }

  /** It arrived here. */
  markDelivered(id: RoomId, seq: number): void {
    if (seq <= (this.#delivered.get(id) ?? 0)) return
    this.#delivered.set(id, seq)
    this.context.connection.tell('message:delivered', { chatroom_id: id, seq })
  }

  /** What was read while there was no connection. */
  async flush(): Promise<void> {
    for (const [id, seq] of [...this.#unsentReads]) {
      try {
        const marks = await this.context.connection.ask('message:read', { chatroom_id: id, seq })
        if (this.#unsentReads.get(id) === seq) {
          this.#unsentReads.delete(id)
          this.context.state.changeRoom(id, marks)
        }
      } catch (thrown) {
        const problem = Problem.of(thrown)
        if (problem.retryAfter !== null) this.#flushIn(problem.retryAfter * 1000)
        else if (problem.code === 'rate_limited') this.#flushIn(1000)
        if (problem.isPassing) return
        this.#unsentReads.delete(id)
      }
    }
  }

  #flushIn(pause = READING_PAUSE): void {
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = null
      void this.flush()
    }, pause)
  }

  // ---- Writing ----

  draft(id: RoomId): string {
    return this.#drafts.get(id) ?? this.context.state.rooms.get(id)?.settings.draft ?? ''
  }

  setDraft(id: RoomId, text: string): void {
    if (this.draft(id) === text) return
    this.#drafts.set(id, text)
    this.#saveDraftIn(id, DRAFT_PAUSE)
    this.context.state.emit('rooms', id)
  }

  #saveDraftIn(id: RoomId, pause: number): void {
    clearTimeout(this.#draftTimers.get(id))
    this.#draftTimers.set(id, setTimeout(() => void this.#saveDraft(id), pause))
  }

  async #saveDraft(id: RoomId): Promise<void> {
    const text = this.#drafts.get(id)
    if (text === undefined) return
    try {
      const { settings } = await this.context.connection.ask('room:draft', { chatroom_id: id, text })
      // From here on the server's is as good, and follows other devices.
      if (this.#drafts.get(id) === text) this.#drafts.delete(id)
      this.context.state.changeRoom(id, { settings })
    } catch (thrown) {
      // It stays here; without a time the next stroke tries again.
      const { retryAfter } = Problem.of(thrown)
      if (retryAfter !== null && this.#drafts.get(id) === text) {
        this.#saveDraftIn(id, retryAfter * 1000)
      }
    }
  }

  startTyping(id: RoomId): void {
    const now = Date.now()
    if (now - (this.#typedAt.get(id) ?? 0) < TYPING_EVERY) return
    this.#typedAt.set(id, now)
    this.context.connection.tell('typing:start', { chatroom_id: id })
  }

  stopTyping(id: RoomId): void {
    if (this.#typedAt.delete(id)) this.context.connection.tell('typing:stop', { chatroom_id: id })
  }

  /** You can look at a public room without being a member; then it is none of your rooms. */
  #put(room: Room): Room {
    if (!room.joined) throw new Problem('not_member', 'not joined', 403)
    this.context.state.setRoom(room)
    return this.context.state.rooms.get(room.chatroom_id) ?? room
  }
}

