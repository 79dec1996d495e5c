// What was known when the page was left: shown at once when it is opened again, also without a
// connection, and the point from which `sync` continues.
import type { Shelf } from './shelf'
import type { State } from './state'
import type { Me, Member, Message, Relation, Room, RoomId, User, UserId } from './types'

interface KnownSelf {
  me: Me
  userRev: number
  since: string | null
  relations: Relation[]
  blocked: User[]
}

interface KnownRoom {
  room: Room
  /** The newest, without a hole up to the room's `rev`; `null` if none were loaded. */
  messages: Message[] | null
  hasOlder: boolean
  members: Member[] | null
}

const PAUSE = 1_000
const MOST_MESSAGES = 60

export class Memory {
  readonly #dirty = new Set<RoomId>()
  #isSelfDirty = false
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly state: State,
    private readonly shelf: Shelf,
  ) {
    state.on('rooms', (room) => {
      if (room !== null) return this.#note(room)
      // All at once: also how far they are known, even when there are none.
      for (const id of state.rooms.keys()) this.#note(id)
      this.#noteSelf()
    })
    state.on('messages', (room) => this.#note(room))
    state.on('members', (room) => this.#note(room))
    state.on('friends', () => this.#noteSelf())
    state.on('me', () => this.#noteSelf())
  }

  /** Whether there was anything. */
  async restore(user: UserId): Promise<boolean> {
    const [self] = await this.shelf.all<KnownSelf>('known', selfName(user))
    if (!self) return false
    const rooms = await this.shelf.all<KnownRoom>('known', roomsName(user))
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
    await this.shelf.clear('known', `${user}/`)
  }

  /** Now, since the page is about to go. */
  async save(): Promise<void> {
    const { me, complete } = this.state
    const dirty = [...this.#dirty]
    const isSelfDirty = this.#isSelfDirty
    // What is noted before all is known is written down later.
    if (!me || !complete) return this.#rest()
    this.#stop()
    const saved = dirty.map((id) => this.#saveRoom(me.user_id, id))
    if (isSelfDirty) saved.push(this.#saveSelf(me))
    await Promise.allSettled(saved)
  }

  async #saveRoom(user: UserId, id: RoomId): Promise<void> {
    const room = this.state.rooms.get(id)
    const name = roomsName(user) + id
    if (!room) return await this.shelf.remove('known', name)
    const timeline = this.state.timeline(id)
    const isWhole = timeline.loaded && !timeline.hasNewer
    const messages = isWhole ? timeline.rows.slice(-MOST_MESSAGES) : null
    const hasOlder = timeline.hasOlder || timeline.rows.length > MOST_MESSAGES
    const members = [...(this.state.members.get(id)?.values() ?? [])]
    const known: KnownRoom = { room, messages, hasOlder, members: members.length > 0 ? members : null }
    await this.shelf.put('known', name, known)
  }

  async #saveSelf(me: Me): Promise<void> {
    const { userRev, since, relations, blocked } = this.state
    const known: KnownSelf = {
      me,
      userRev,
      since,
      relations: [...relations.values()],
      blocked: [...blocked.values()],
    }
    await this.shelf.put('known', selfName(me.user_id), known)
  }

  #note(room: RoomId): void {
    this.#dirty.add(room)
    this.#later()
  }

  #noteSelf(): void {
    this.#isSelfDirty = true
    this.#later()
  }

  #later(): void {
    this.#timer ??= setTimeout(() => void this.save(), PAUSE)
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #stop(): void {
    this.#rest()
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
