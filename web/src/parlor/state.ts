// What this client knows: rooms, messages, people. It never uses the network.
//
// Every change in a room has a number, `rev`, which rises by one. A room here knows all changes
// up to its `rev`; whatever comes with a higher number than the next one was preceded by
// something that we missed, and `apply` says so.
import type { Changes, Head, Ready, RoomChanges, ServerEvents } from './events'
import { EventApplier, roomOf, type Gap } from './state/eventApplier'
import { RoomsState } from './state/rooms'
import type { Room, RoomId, RoomSettings } from './types'

/** The settings of a room that you have not changed. */
const DEFAULT_SETTINGS: RoomSettings = {
  muted_until: null,
  pinned_at: null,
  hidden: false,
  marked_unread: false,
  cleared_seq: 0,
  draft: null,
  drafted_at: null,
}

/** Of a room, but of no page and no list of members. */
const NOT_OF_PAGES = new Set<keyof ServerEvents>(['typing:changed', 'room:unread', 'room:settings_changed'])

/** Something that is on its way, and what was heard since it was asked for. */
interface Fetch {
  /** Of this room; without one the lists of everything. */
  room: RoomId | null
  heard: (() => void)[]
}

export class State extends RoomsState {
  userRev = 0
  /** The moment up to which reading marks and names are known, as the server tells it. */
  since: string | null = null
  readonly #eventApplier = new EventApplier(this)
  readonly #fetches = new Set<Fetch>()

  revs(): Record<RoomId, number> {
    return Object.fromEntries([...this.rooms.values()].map((it) => [it.chatroom_id, it.rev]))
  }

  override clear(): void {
    this.userRev = 0
    this.since = null
    super.clear()
  }

  /** Takes in what the server reported; the gap before it, if there is one. */
  apply<E extends keyof ServerEvents>(event: E, data: ServerEvents[E]): Gap | null {
    const room = roomOf(data)
    const isOfPages = !NOT_OF_PAGES.has(event)
    const isNamed = event === 'user:updated'
    this.#recordForFetches(
      (it) => it === null || isNamed || (it === room && isOfPages),
      () => this.#eventApplier.apply(event, data),
    )
    return this.#eventApplier.apply(event, data)
  }

  /**
   * Fetches something and takes it in. It may be older than what is heard while it is on its way:
   * that is taken in once more, which does no harm, since every change has its number.
   */
  async fetch<T>(room: RoomId | null, ask: () => Promise<T>, takeIn: (it: T) => void): Promise<T> {
    const fetch: Fetch = { room, heard: [] }
    this.#fetches.add(fetch)
    try {
      const it = await ask()
      takeIn(it)
      for (const hear of fetch.heard) hear()
      return it
    } finally {
      this.#fetches.delete(fetch)
    }
  }

  #recordForFetches(concerns: (room: RoomId | null) => boolean, hear: () => void): void {
    for (const fetch of this.#fetches) if (concerns(fetch.room)) fetch.heard.push(hear)
  }

  /** Whether everything that has a `rev` is as we know it. */
  isCurrent({ rooms, user_rev }: Ready): boolean {
    const isKnown = (it: Head): boolean => this.rooms.get(it.chatroom_id)?.rev === it.rev
    return user_rev === this.userRev && rooms.length === this.rooms.size && rooms.every(isKnown)
  }

  /** Whether one of these rooms is further than we are. */
  isBehind(heads: Head[]): boolean {
    return heads.some((it) => (this.rooms.get(it.chatroom_id)?.rev ?? -1) < it.rev)
  }

  /** Takes in the answer to a sync that was asked for with these revs. */
  applyChanges(changes: Changes, asked: Record<RoomId, number> = {}): void {
    for (const id of changes.removed) this.removeRoom(id)
    for (const room of changes.rooms) {
      this.#recordForFetches(
        (it) => it === null || it === room.chatroom_id,
        // As additions only: the page that has come in by then is not thrown away.
        () => this.#applyRoom({ ...room, reset: false }),
      )
      const known = this.rooms.get(room.chatroom_id)?.rev ?? -1
      // What we have learned since may be further: a room that was made just now is not forgotten.
      const isOvertaken = known >= room.rev && known !== asked[room.chatroom_id]
      this.#applyRoom(isOvertaken ? { ...room, reset: false } : room)
    }
    for (const user of changes.people) {
      this.#recordForFetches(
        () => true,
        () => this.rename(user),
      )
      this.rename(user)
    }
    this.since = changes.since
    const { user } = changes
    if (!user) return
    this.#recordForFetches(
      (it) => it === null,
      () => this.#applyUser(user),
    )
    this.#applyUser(user)
  }

  #applyUser(user: NonNullable<Changes['user']>): void {
    const { friends, requests, blocks, settings, ...me } = user
    this.userRev = me.rev
    this.setMe({ ...this.me, ...me })
    this.setRelations([...friends, ...requests], blocks)
    const set = new Map(settings.map((it) => [it.chatroom_id, it.settings]))
    for (const id of this.rooms.keys()) this.changeRoom(id, { settings: set.get(id) ?? DEFAULT_SETTINGS })
  }

  #applyRoom(changes: RoomChanges): void {
    const { chatroom_id: id, chatroom, messages, members, cursors, rev, reset } = changes
    const known = this.rooms.get(id)
    const timeline = this.timeline(id)
    if (reset) timeline.reset(messages)
    else for (const message of messages) timeline.put(message)
    for (const message of messages) this.putAuthor(message)
    // What was heard live meanwhile may be further than this page.
    if (!known || reset || known.rev <= rev) this.putRoom({ ...readUpTo(known, chatroom), rev })
    if (chatroom.peer) this.putUsers(chatroom.peer)
    if (members) this.setMembers(id, members)
    for (const cursor of cursors) this.moveCursor(id, cursor)
    this.emit('rooms', id)
    this.emit('messages', id)
    this.emit('members', id)
  }
}

/** What was read here just now, the server may not have known yet. */
function readUpTo(known: Room | undefined, told: Room): Room {
  if (!known || known.last_read_seq <= told.last_read_seq) return told
  // Another device counts the room as unread from further back.
  if (told.settings.marked_unread) return told
  const { last_read_seq, unread_count, mention_count } = known
  return { ...told, last_read_seq, unread_count, mention_count }
}
