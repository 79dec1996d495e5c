// What was known when you left the page. It is shown at once when you open the page again, even
// without a connection, and `sync` goes on from there.
import type { Database } from './database'
import type { State } from './state'
import type { Me, Member, Message, Relation, Room, RoomId, User, UserId } from './types'

interface SavedSelf {
  me: Me
  userRev: number
  since: string | null
  relations: Relation[]
  blocked: User[]
}

interface SavedRoom {
  room: Room
  /** The newest, without a hole up to the room's `rev`; `null` if none were loaded. */
  messages: Message[] | null
  hasOlder: boolean
  members: Member[] | null
}

const PAUSE = 1_000
const MOST_MESSAGES = 60

export class Snapshot {
  readonly #dirty = new Set<RoomId>()
  #isSelfDirty = false
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly state: State,
    private readonly database: Database,
  ) {
    state.on('rooms', (room) => {
      if (room !== null) return this.#markRoom(room)
      // All at once: also how far they are known, even when there are none.
      for (const id of state.rooms.keys()) this.#markRoom(id)
      this.#markSelf()
    })
    state.on('messages', (room) => this.#markRoom(room))
    state.on('members', (room) => this.#markRoom(room))
    state.on('friends', () => this.#markSelf())
    state.on('me', () => this.#markSelf())
  }

  /** Whether there was anything. */
  async restore(user: UserId): Promise<boolean> {
    const [self] = await this.database.all<SavedSelf>('known', selfName(user))
    if (!self) return false
    const rooms = await this.database.all<SavedRoom>('known', roomsName(user))
    // Somebody else may have signed in, or the server have answered, meanwhile.
    if (this.state.complete) return false
    this.state.userRev = self.userRev
    this.state.since = self.since
    this.state.setMe(self.me)
    this.state.setRelations(self.relations, self.blocked)
    this.state.setRooms(rooms.map((it) => it.room))
    for (const { room, messages, hasOlder, members } of rooms) {
      const id = room.chatroom_id
      if (members) this.state.setMembers(id, members)
      if (!messages) continue
      const page = { messages, has_more_before: hasOlder, has_more_after: false }
      this.state.timeline(id).replace(page)
      this.state.emit('messages', id)
    }
    return true
  }

  async forget(user: UserId): Promise<void> {
    this.#stop()
    await this.database.clear('known', `${user}/`)
  }

  /** Now, since the page is about to go. */
  async save(): Promise<void> {
    const { me, complete } = this.state
    const dirty = [...this.#dirty]
    const isSelfDirty = this.#isSelfDirty
    // What is noted before all is known is written down later.
    if (!me || !complete) return this.#stopTimer()
    this.#stop()
    const saved = dirty.map((id) => this.#saveRoom(me.user_id, id))
    if (isSelfDirty) saved.push(this.#saveSelf(me))
    await Promise.allSettled(saved)
  }

  async #saveRoom(user: UserId, id: RoomId): Promise<void> {
    const room = this.state.rooms.get(id)
    const name = roomsName(user) + id
    if (!room) return await this.database.remove('known', name)
    const timeline = this.state.timeline(id)
    const isWhole = timeline.loaded && !timeline.hasNewer
    const messages = isWhole ? timeline.messages.slice(-MOST_MESSAGES) : null
    const hasOlder = timeline.hasOlder || timeline.messages.length > MOST_MESSAGES
    const members = [...(this.state.members.get(id)?.values() ?? [])]
    const known: SavedRoom = { room, messages, hasOlder, members: members.length > 0 ? members : null }
    await this.database.put('known', name, known)
  }

  async #saveSelf(me: Me): Promise<void> {
    const { userRev, since, relations, blocked } = this.state
    const known: SavedSelf = {
      me,
      userRev,
      since,
      relations: [...relations.values()],
      blocked: [...blocked.values()],
    }
    await this.database.put('known', selfName(me.user_id), known)
  }

  #markRoom(room: RoomId): void {
    this.#dirty.add(room)
    this.#saveSoon()
  }

  #markSelf(): void {
    this.#isSelfDirty = true
    this.#saveSoon()
  }

  #saveSoon(): void {
    this.#timer ??= setTimeout(() => void this.save(), PAUSE)
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #stop(): void {
    this.#stopTimer()
    this.#dirty.clear()
    this.#isSelfDirty = false
  }
}

function selfName(user: UserId): string {
  return `${user}/self`
}

function roomsName(user: UserId): string {
  return `${user}/room/`
}
