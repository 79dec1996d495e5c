// What is said in a room: reading on in both directions, writing, and the life of a message.
import type { Answered, Asked } from './events'
import type { Link } from './link'
import type { Draft, Outbox, Parcel } from './outbox'
import { Problem } from './problem'
import { Rows, type Row } from './row'
import type { Timeline } from './timeline'
import type { Edit, List, Message, MessageId, Page, Reaction, Receipts, RoomId } from './types'
import { uuid } from './uuid'
import { excerpt } from './words'

export const PAGE = 50
export const MOST_FILES = 10

export interface Written {
  content?: string
  replyTo?: Message | null
  files?: Parcel[]
}

export interface SearchFilter {
  query: string
  roomId?: RoomId
  senderId?: number
  before?: string
  after?: string
  hasFile?: boolean
}

export class Messages {
  readonly #rows: Rows

  constructor(
    private readonly link: Link,
    private readonly outbox: Outbox,
  ) {
    this.#rows = new Rows(link.state, outbox)
    outbox.on('sent', (message) => link.state.put(message))
  }

  rows(room: RoomId): Row[] {
    return this.#rows.of(room)
  }

  // ---- Reading ----

  async loadLatest(room: RoomId): Promise<void> {
    await this.#load(room, {}, (timeline, page) => timeline.replace(page))
    await this.#closeUp(room)
  }

  async loadAround(room: RoomId, seq: number): Promise<void> {
    await this.#load(room, { around_seq: seq }, (timeline, page) => timeline.replace(page))
    await this.#closeUp(room)
  }

  async loadOlder(room: RoomId): Promise<void> {
    const { first, hasOlder } = this.link.state.timeline(room)
    if (!first || !hasOlder) return
    await this.#load(room, { before_seq: first.seq }, (timeline, page) => timeline.addOlder(page))
    this.link.state.emit('messages', room)
  }

  async loadNewer(room: RoomId): Promise<void> {
    const { last, hasNewer } = this.link.state.timeline(room)
    if (!last || !hasNewer) return
    await this.#loadAfter(room, last.seq)
    await this.#closeUp(room)
  }

  /** What was said while a page was on its way may be in neither. */
  async #closeUp(room: RoomId): Promise<void> {
    const timeline = this.link.state.timeline(room)
    const newest = () => this.link.state.rooms.get(room)?.last_seq ?? 0
    while (!timeline.hasNewer && timeline.last && timeline.last.seq < newest()) {
      const page = await this.#loadAfter(room, timeline.last.seq)
      if (page.messages.length === 0) break
    }
    this.link.state.emit('messages', room)
  }

  #loadAfter(room: RoomId, seq: number): Promise<Page> {
    return this.#load(room, { after_seq: seq }, (timeline, page) => timeline.addNewer(page))
  }

  async #load(
    room: RoomId,
    window: object,
    takeIn: (timeline: Timeline, page: Page) => void,
  ): Promise<Page> {
    const ask = () => this.#ask('message:list', { chatroom_id: room, limit: PAGE, ...window })
    return await this.link.state.fetch(room, ask, (page) => {
      takeIn(this.link.state.timeline(room), page)
      for (const message of page.messages) this.link.state.meetAuthor(message)
    })
  }

  // ---- Writing ----

  /** Refuses what cannot be sent at all; the rest is the outbox's. */
  async send(room: RoomId, { content = '', replyTo = null, files = [] }: Written): Promise<void> {
    const text = content.trim()
    if (!text && files.length === 0) throw new Problem('validation_failed', 'nothing is said')
    if (files.length > MOST_FILES) throw new Problem('validation_failed', 'too many files')
    const draft: Draft = { content: text, parcels: files, replyTo: replyTo && quoted(replyTo) }
    const added = this.outbox.add(room, draft)
    // Whoever writes wants to see it, even from far up in the history.
    const isFarUp = this.link.state.timeline(room).hasNewer
    if (isFarUp) void this.loadLatest(room).catch(() => undefined)
    await added
  }

  retry(key: string): void {
    this.outbox.retry(key)
  }

  discard(key: string): void {
    this.outbox.discard(key)
  }

  // ---- The life of a message ----

  async edit(message_id: MessageId, content: string): Promise<void> {
    this.#changed(await this.#ask('message:edit', { message_id, content: content.trim() }))
  }

  async remove(message_id: MessageId): Promise<void> {
    await this.#ask('message:delete', { message_id })
  }

  async pin(message_id: MessageId): Promise<void> {
    this.#changed(await this.#ask('message:pin', { message_id }))
  }

  async unpin(message_id: MessageId): Promise<void> {
    this.#changed(await this.#ask('message:unpin', { message_id }))
  }

  async pins(room: RoomId): Promise<Message[]> {
    return await this.link.rest.all(`/v1/rooms/${room}/pins`)
  }

  async forward(message_id: MessageId, to: RoomId): Promise<void> {
    // Whatever happens on the way, it is said once.
    const payload = { message_id, chatroom_id: to, client_msg_id: uuid() }
    const { message } = await this.#ask('message:forward', payload)
    this.link.state.put(message)
  }

  async edits(message: MessageId): Promise<Edit[]> {
    return await this.link.rest.all(`/v1/messages/${message}/edits`)
  }

  async receipts(message_id: MessageId): Promise<Receipts> {
    return await this.#ask('message:receipts', { message_id })
  }

  async react(room: RoomId, message: MessageId, emoji: string): Promise<void> {
    await this.#reaction('reaction:add', room, message, emoji)
  }

  async unreact(room: RoomId, message: MessageId, emoji: string): Promise<void> {
    await this.#reaction('reaction:remove', room, message, emoji)
  }

  /** Shown at once, and taken back when it was refused. */
  async #reaction(
    event: 'reaction:add' | 'reaction:remove',
    room: RoomId,
    message_id: MessageId,
    emoji: string,
  ): Promise<void> {
    const timeline = this.link.state.timeline(room)
    const before = timeline.find(message_id)?.reactions ?? []
    const me = this.link.state.me?.user_id ?? 0
    const show = (reactions: Reaction[]) => {
      if (timeline.amend(message_id, { reactions })) this.link.state.emit('messages', room)
    }
    const shown = event === 'reaction:add' ? added(before, emoji, me) : taken(before, emoji, me)
    show(shown)
    try {
      await this.#ask(event, { message_id, emoji })
    } catch (thrown) {
      if (timeline.find(message_id)?.reactions === shown) show(before)
      throw thrown
    }
  }

  async search(filter: SearchFilter, cursor?: string): Promise<List<Message>> {
    const { query, roomId, senderId, before, after, hasFile } = filter
    return await this.link.rest.get('/v1/search', {
      query,
      chatroom_id: roomId,
      sender_id: senderId,
      before,
      after,
      has_file: hasFile,
      cursor,
    })
  }

  #changed({ message }: { message: Message }): void {
    this.link.state.put(message)
  }

  #ask<E extends Parameters<Link['line']['ask']>[0]>(event: E, payload: Asked<E>): Promise<Answered<E>> {
    return this.link.line.ask(event, payload)
  }
}

function quoted(message: Message): Draft['replyTo'] {
  const { message_id, seq, sender_id, deleted_at } = message
  return { message_id, seq, sender_id, excerpt: excerpt(message), deleted: deleted_at !== null }
}

function added(reactions: Reaction[], emoji: string, me: number): Reaction[] {
  const known = reactions.find((it) => it.emoji === emoji)
  if (!known) return [...reactions, { emoji, count: 1, user_ids: [me] }]
  if (known.user_ids.includes(me)) return reactions
  const more = { emoji, count: known.count + 1, user_ids: [...known.user_ids, me] }
  return reactions.map((it) => (it === known ? more : it))
}

function taken(reactions: Reaction[], emoji: string, me: number): Reaction[] {
  return reactions.flatMap((it) => {
    if (it.emoji !== emoji || !it.user_ids.includes(me)) return [it]
    const user_ids = it.user_ids.filter((id) => id !== me)
    return user_ids.length > 0 ? [{ emoji, count: it.count - 1, user_ids }] : []
  })
}
