// The messages of a room: loading them, sending, and what happens to a message later.
import type { Context } from './context'
import type { Answer, Payload } from './events'
import type { Outbox, OutgoingFile, OutgoingMessage } from './outbox'
import { Problem } from './problem'
import { RowBuilder, type Row } from './row'
import { excerpt } from './text'
import type { Timeline } from './timeline'
import type { Edit, List, Message, MessageId, Page, Reaction, Receipts, RoomId } from './types'
import { uuid } from './uuid'

export const PAGE = 50
export const MOST_FILES = 10

export interface NewMessage {
  content?: string
  replyTo?: Message | null
  files?: OutgoingFile[]
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
  readonly #rowBuilder: RowBuilder

  constructor(
    private readonly context: Context,
    private readonly outbox: Outbox,
  ) {
    this.#rowBuilder = new RowBuilder(context.state, outbox)
    outbox.on('sent', (message) => context.state.put(message))
  }

  rows(room: RoomId): Row[] {
    return this.#rowBuilder.build(room)
  }

  // ---- Reading ----

  async loadLatest(room: RoomId): Promise<void> {
    await this.#load(room, {}, (timeline, page) => timeline.replace(page))
    await this.#loadMissing(room)
  }

  async loadAround(room: RoomId, seq: number): Promise<void> {
    await this.#load(room, { around_seq: seq }, (timeline, page) => timeline.replace(page))
    await this.#loadMissing(room)
  }

  async loadOlder(room: RoomId): Promise<void> {
    const { first, hasOlder } = this.context.state.timeline(room)
    if (!first || !hasOlder) return
    await this.#load(room, { before_seq: first.seq }, (timeline, page) => timeline.addOlder(page))
    this.context.state.emit('messages', room)
  }

  async loadNewer(room: RoomId): Promise<void> {
    const { last, hasNewer } = this.context.state.timeline(room)
    if (!last || !hasNewer) return
    await this.#loadAfter(room, last.seq)
    await this.#loadMissing(room)
  }

  /** Messages that came while a page was on its way may be missing. */
  async #loadMissing(room: RoomId): Promise<void> {
    const timeline = this.context.state.timeline(room)
    const newest = () => this.context.state.rooms.get(room)?.last_seq ?? 0
    while (!timeline.hasNewer && timeline.last && timeline.last.seq < newest()) {
      const page = await this.#loadAfter(room, timeline.last.seq)
      if (page.messages.length === 0) break
    }
    this.context.state.emit('messages', room)
  }

  #loadAfter(room: RoomId, seq: number): Promise<Page> {
    return this.#load(room, { after_seq: seq }, (timeline, page) => timeline.addNewer(page))
  }

  async #load(
    room: RoomId,
    range: object,
    takeIn: (timeline: Timeline, page: Page) => void,
  ): Promise<Page> {
    const ask = () => this.#ask('message:list', { chatroom_id: room, limit: PAGE, ...range })
    return await this.context.state.fetch(room, ask, (page) => {
      takeIn(this.context.state.timeline(room), page)
      for (const message of page.messages) this.context.state.putAuthor(message)
    })
  }

  // ---- Writing ----

  /** Refuses what cannot be sent at all; the rest is the outbox's. */
  async send(room: RoomId, { content = '', replyTo = null, files = [] }: NewMessage): Promise<void> {
    const text = content.trim()
    if (!text && files.length === 0) throw new Problem('validation_failed', 'nothing is said')
    if (files.length > MOST_FILES) throw new Problem('validation_failed', 'too many files')
    const message: OutgoingMessage = { content: text, files, replyTo: replyTo && quote(replyTo) }
    const added = this.outbox.add(room, message)
    // You want to see what you sent, even from far up in the history.
    const isFarUp = this.context.state.timeline(room).hasNewer
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
    this.#put(await this.#ask('message:edit', { message_id, content: content.trim() }))
  }

  async remove(message_id: MessageId): Promise<void> {
    await this.#ask('message:delete', { message_id })
  }

  async pin(message_id: MessageId): Promise<void> {
    this.#put(await this.#ask('message:pin', { message_id }))
  }

  async unpin(message_id: MessageId): Promise<void> {
    this.#put(await this.#ask('message:unpin', { message_id }))
  }

  async pins(room: RoomId): Promise<Message[]> {
    return await this.context.rest.all(`/v1/rooms/${room}/pins`)
  }

  async forward(message_id: MessageId, to: RoomId): Promise<void> {
    // Whatever happens on the way, it is said once.
    const payload = { message_id, chatroom_id: to, client_msg_id: uuid() }
    const { message } = await this.#ask('message:forward', payload)
    this.context.state.put(message)
  }

  async edits(message: MessageId): Promise<Edit[]> {
    return await this.context.rest.all(`/v1/messages/${message}/edits`)
  }

  async receipts(message_id: MessageId): Promise<Receipts> {
    return await this.#ask('message:receipts', { message_id })
  }

  async react(room: RoomId, message: MessageId, emoji: string): Promise<void> {
    await this.#changeReaction('reaction:add', room, message, emoji)
  }

  async unreact(room: RoomId, message: MessageId, emoji: string): Promise<void> {
    await this.#changeReaction('reaction:remove', room, message, emoji)
  }

  /** Shown at once, and taken back when it was refused. */
  async #changeReaction(
    event: 'reaction:add' | 'reaction:remove',
    room: RoomId,
    message_id: MessageId,
    emoji: string,
  ): Promise<void> {
    const timeline = this.context.state.timeline(room)
    const before = timeline.find(message_id)?.reactions ?? []
    const me = this.context.state.me?.user_id ?? 0
    const show = (reactions: Reaction[]) => {
      if (timeline.amend(message_id, { reactions })) this.context.state.emit('messages', room)
    }
    const shown = event === 'reaction:add' ? addReaction(before, emoji, me) : removeReaction(before, emoji, me)
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
    return await this.context.rest.get('/v1/search', {
      query,
      chatroom_id: roomId,
      sender_id: senderId,
      before,
      after,
      has_file: hasFile,
      cursor,
    })
  }

  #put({ message }: { message: Message }): void {
    this.context.state.put(message)
  }

  #ask<E extends Parameters<Context['connection']['ask']>[0]>(event: E, payload: Payload<E>): Promise<Answer<E>> {
    return this.context.connection.ask(event, payload)
  }
}

function quote(message: Message): OutgoingMessage['replyTo'] {
  const { message_id, seq, sender_id, deleted_at } = message
  return { message_id, seq, sender_id, excerpt: excerpt(message), deleted: deleted_at !== null }
}

function addReaction(reactions: Reaction[], emoji: string, me: number): Reaction[] {
  const known = reactions.find((it) => it.emoji === emoji)
  if (!known) return [...reactions, { emoji, count: 1, user_ids: [me] }]
  if (known.user_ids.includes(me)) return reactions
  const more = { emoji, count: known.count + 1, user_ids: [...known.user_ids, me] }
  return reactions.map((it) => (it === known ? more : it))
}

function removeReaction(reactions: Reaction[], emoji: string, me: number): Reaction[] {
  return reactions.flatMap((it) => {
    if (it.emoji !== emoji || !it.user_ids.includes(me)) return [it]
    const user_ids = it.user_ids.filter((id) => id !== me)
    return user_ids.length > 0 ? [{ emoji, count: it.count - 1, user_ids }] : []
  })
}
