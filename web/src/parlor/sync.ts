// Catching up: from what this client knows to what the server knows, in pages.
import type { Changes, Ready } from './events'
import type { Line } from './line'
import { Problem } from './problem'
import type { Rest } from './rest'
import type { Gap, State } from './state'
import type { Relation, Room, RoomId, User } from './types'

/** A packet has 64 KiB, and a room takes less than 60 bytes in it. */
const MOST_ROOMS_PER_PACKET = 500

export class Sync {
  #running: Promise<void> | null = null
  #again = false
  readonly #unknown = new Set<RoomId>()

  constructor(
    private readonly line: Line,
    private readonly rest: Rest,
    private readonly state: State,
    private readonly report: (isSyncing: boolean) => void,
  ) {}

  /** A connection begins: what happened since the last one? */
  async greet(ready: Ready): Promise<void> {
    this.state.setMe({ ...this.state.me, ...ready.user })
    if (!this.state.complete) {
      await this.#loadAll()
      this.state.userRev = ready.user_rev
    }
    const { changed, unknown, gone } = this.state.behind(ready.rooms)
    for (const room of gone) this.state.removeRoom(room)
    for (const room of unknown) this.#unknown.add(room)
    const isBehind = changed.length > 0 || unknown.length > 0
    if (isBehind || this.state.userRev < ready.user_rev) await this.run()
    for (const { chatroom_id, unread_count, mention_count, last_read_seq } of ready.rooms) {
      // Reading marks are not among the changes that have a number.
      const room = this.state.rooms.get(chatroom_id)
      if (room && room.last_read_seq < last_read_seq) {
        this.state.changeRoom(chatroom_id, { unread_count, mention_count, last_read_seq })
      }
    }
  }

  /** The server says where rooms are; without any it says that something may be missing. */
  compare(heads: Record<RoomId, number>, userRev: number | undefined): void {
    const rooms = Object.entries(heads)
    for (const [id] of rooms) if (!this.state.rooms.has(id)) this.#unknown.add(id)
    const isBehind = rooms.some(([id, rev]) => (this.state.rooms.get(id)?.rev ?? -1) < rev)
    const isUserBehind = userRev !== undefined && userRev > this.state.userRev
    if (rooms.length === 0 || isBehind || isUserBehind) void this.run()
  }

  fill(gap: Gap): void {
    if ('room' in gap && !this.state.rooms.has(gap.room)) this.#unknown.add(gap.room)
    void this.run()
  }

  /** Until nothing is missing; whoever asks meanwhile waits for the same. */
  run(): Promise<void> {
    this.#again = true
    this.#running ??= this.#runAll().finally(() => {
      this.#running = null
      this.report(false)
    })
    return this.#running
  }

  async #runAll(): Promise<void> {
    this.report(true)
    try {
      while (this.#again) {
        this.#again = false
        await this.#catchUp()
        await this.#meetUnknown()
      }
    } catch (thrown) {
      // The next connection begins with a comparison, so nothing is forgotten.
      if (Problem.of(thrown).isPassing) return
      await this.#startOver().catch(() => undefined)
    }
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const before = this.state.revs()
      const changes = await this.#ask(before)
      this.state.applyChanges(changes)
      for (const { chatroom_id } of changes.rooms) this.#unknown.delete(chatroom_id)
      const isStuck = changes.rooms.every((it) => !it.reset && before[it.chatroom_id] === it.rev)
      if (isStuck || !changes.rooms.some((it) => it.has_more)) return
    }
  }

  async #ask(rooms: Record<RoomId, number>): Promise<Changes> {
    const body = { user_rev: this.state.userRev, rooms }
    if (Object.keys(rooms).length <= MOST_ROOMS_PER_PACKET) return await this.line.ask('sync', body)
    return await this.rest.send('POST', '/v1/sync', { body })
  }

  async #meetUnknown(): Promise<void> {
    for (const id of this.#unknown) {
      this.#unknown.delete(id)
      if (this.state.rooms.has(id)) continue
      try {
        this.state.setRoom(await this.rest.get<Room>(`/v1/rooms/${id}`))
      } catch (thrown) {
        // We were sent away again before we could look.
        if (Problem.of(thrown).isPassing) throw thrown
      }
    }
  }

  /** What cannot be completed is replaced. */
  async #startOver(): Promise<void> {
    await this.#loadAll()
    for (const id of this.state.rooms.keys()) {
      this.state.timeline(id).clear()
      this.state.emit('messages', id)
    }
  }

  async #loadAll(): Promise<void> {
    const requests = (direction: string) =>
      this.rest.all<Relation>('/v1/friends/requests', { direction })
    const [rooms, friends, incoming, outgoing, blocked] = await Promise.all([
      this.rest.all<Room>('/v1/rooms'),
      this.rest.all<Relation>('/v1/friends'),
      requests('in'),
      requests('out'),
      this.rest.all<User>('/v1/blocks'),
    ])
    this.state.setRelations([...friends, ...incoming, ...outgoing], blocked)
    this.state.setRooms(rooms)
  }
}
