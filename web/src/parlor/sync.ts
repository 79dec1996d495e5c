// Catching up: from what this client knows to what the server knows, in pages.
import type { Connection } from './connection'
import type { Changes, Ready } from './events'
import { Problem } from './problem'
import type { Rest } from './rest'
import type { State } from './state'
import type { Relation, Room, RoomId, User } from './types'

/** A packet has 64 KiB, and a room takes less than 60 bytes in it. */
const MOST_ROOMS_PER_PACKET = 500

export class Sync {
  #running: Promise<void> | null = null
  #again = false
  /** A run has begun that has not come to a good end. */
  #isBehind = false
  #pause: ReturnType<typeof setTimeout> | null = null
  /** Since when this connection has told us everything: on the server's clock and on ours. */
  #current: { moment: number; at: number } | null = null

  constructor(
    private readonly connection: Connection,
    private readonly rest: Rest,
    private readonly state: State,
    private readonly report: (isSyncing: boolean) => void,
    /** What came along with it may be what we wait for. */
    private readonly settle: (changes: Changes) => void,
  ) {}

  /** A connection begins: what happened since the last one? */
  async start(ready: Ready): Promise<void> {
    this.#current = null
    const begun = { moment: Date.parse(ready.server_time), at: performance.now() }
    await this.#start(ready)
    this.#current = begun
  }

  /** A connection has told us everything up to here, so the next one need not. */
  note(): void {
    if (!this.#current || this.#isBehind) return
    const { moment, at } = this.#current
    const known = new Date(moment + Math.max(0, this.connection.lastHeard - at)).toISOString()
    if (this.state.since === null || this.state.since < known) this.state.since = known
  }

  /** The connection ended. */
  end(): void {
    this.note()
    this.#current = null
  }

  async #start(ready: Ready): Promise<void> {
    this.state.setMe({ ...this.state.me, ...ready.user })
    if (this.state.complete) {
      if (ready.since === null || !this.state.isCurrent(ready)) return await this.run()
      this.state.since = ready.since
      return
    }
    // Nobody needs the messages of all rooms at once: lists are lighter than a whole sync.
    await this.#loadAll()
    this.state.userRev = ready.user_rev
    this.state.since = ready.server_time
    if (this.state.isBehind(ready.rooms)) await this.run()
  }

  /** The server says where rooms are; without any it says that something may be missing. */
  compare(heads: Record<RoomId, number>, userRev: number | undefined): void {
    const rooms = Object.entries(heads)
    const isBehind = rooms.some(([id, rev]) => (this.state.rooms.get(id)?.rev ?? -1) < rev)
    const isUserBehind = userRev !== undefined && userRev > this.state.userRev
    if (rooms.length === 0 || isBehind || isUserBehind) void this.run()
  }

  /** Until nothing is missing. Callers who ask meanwhile wait for the same run. */
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
    this.#isBehind = true
    try {
      while (this.#again) {
        this.#again = false
        await this.#catchUp()
      }
      this.#isBehind = false
    } catch (thrown) {
      const problem = Problem.of(thrown)
      if (problem.retryAfter !== null) this.#runIn(problem.retryAfter)
      // The next connection begins with a comparison, so nothing is forgotten.
      if (problem.isPassing) return
      await this.#startOver().catch(() => undefined)
    }
  }

  /** The server is not to be asked before. */
  #runIn(seconds: number): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = null
      if (this.connection.state === 'online') void this.run()
    }, seconds * 1000)
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const asked = this.state.revs()
      const changes = await this.#ask(asked)
      this.state.applyChanges(changes, asked)
      this.settle(changes)
      if (!changes.has_more) return
    }
  }

  async #ask(rooms: Record<RoomId, number>): Promise<Changes> {
    const { userRev, since } = this.state
    const body = { user_rev: userRev, rooms, ...(since !== null && { since }) }
    if (Object.keys(rooms).length <= MOST_ROOMS_PER_PACKET) return await this.connection.ask('sync', body)
    return await this.rest.send('POST', '/v1/sync', { body })
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
    const ask = () =>
      Promise.all([
        this.rest.all<Room>('/v1/rooms'),
        this.rest.all<Relation>('/v1/friends'),
        requests('in'),
        requests('out'),
        this.rest.all<User>('/v1/blocks'),
      ])
    await this.state.fetch(null, ask, ([rooms, friends, incoming, outgoing, blocked]) => {
      this.state.setRelations([...friends, ...incoming, ...outgoing], blocked)
      this.state.setRooms(rooms)
    })
  }
}
