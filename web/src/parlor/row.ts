// A room's messages as rows to be shown: what is stored, then what is on its way.
import type { Entry, Outbox, Stage } from './outbox'
import { messageTypeOf } from './outbox'
import type { Problem } from './problem'
import type { State } from './state'
import type { Attachment, Message, RoomId } from './types'

export interface Upload {
  name: string
  mime: string
  size: number
  loaded: number
  /** For pictures, sounds and films. */
  previewUrl: string | null
  width: number | null
  height: number | null
}

export interface Row {
  /** The same before and after a message is stored. */
  key: string
  message: Message
  state: 'sent' | Stage
  mine: boolean
  uploads: Upload[]
  problem: Problem | null
}

/** A preview stays for a while after its message was sent, so that no picture blinks. */
const PREVIEW_LIFETIME = 60_000

export class RowBuilder {
  readonly #stored = new WeakMap<Message, Row>()
  readonly #waiting = new WeakMap<Entry, Row>()
  readonly #loaded = new Map<string, number[]>()
  readonly #previews = new Map<string, (string | null)[]>()

  constructor(
    private readonly state: State,
    private readonly outbox: Outbox,
  ) {
    outbox.on('progress', ({ id, room, index, loaded }) => {
      const parts = this.#loaded.get(id) ?? []
      parts[index] = loaded
      this.#loaded.set(id, parts)
      for (const entry of outbox.in(room)) if (entry.id === id) this.#waiting.delete(entry)
      state.emit('messages', room)
    })
    outbox.on('changed', (room) => {
      this.#releasePreviews()
      state.emit('messages', room)
    })
  }

  /** New objects only for what changed. */
  build(room: RoomId): Row[] {
    const timeline = this.state.timeline(room)
    const stored = timeline.messages.map((it) => this.#row(it))
    if (timeline.hasNewer) return stored
    return [...stored, ...this.outbox.in(room).map((it) => this.#entryRow(it))]
  }

  #row(message: Message): Row {
    const known = this.#stored.get(message)
    if (known) return known
    const mine = message.sender_id === this.state.me?.user_id
    const key = message.client_msg_id ?? `m${message.message_id}`
    const row: Row = { key, message, state: 'sent', mine, uploads: [], problem: null }
    this.#stored.set(message, row)
    return row
  }

  #entryRow(entry: Entry): Row {
    const known = this.#waiting.get(entry)
    if (known) return known
    const row: Row = {
      key: entry.id,
      message: this.#toMessage(entry),
      state: entry.stage,
      mine: true,
      uploads: this.#uploads(entry),
      problem: entry.problem,
    }
    this.#waiting.set(entry, row)
    return row
  }

  #uploads(entry: Entry): Upload[] {
    const previews = this.#preview(entry)
    const loaded = this.#loaded.get(entry.id) ?? []
    return entry.files.map(({ name, mime, size, width, height, sent }, place) => ({
      name,
      mime,
      size,
      // The form around a file is counted by the browser, but is none of it.
      loaded: sent ? size : Math.min(size, loaded[place] ?? 0),
      previewUrl: previews[place] ?? null,
      width,
      height,
    }))
  }

  #preview(entry: Entry): (string | null)[] {
    const known = this.#previews.get(entry.id)
    if (known) return known
    const canShow = typeof URL.createObjectURL === 'function'
    const made = entry.files.map(({ file, mime }) =>
      canShow && /^(image\/(?!svg)|audio\/|video\/)/.test(mime) ? URL.createObjectURL(file) : null,
    )
    this.#previews.set(entry.id, made)
    return made
  }

  /** What the message will look like. */
  #toMessage(entry: Entry): Message {
    const me = this.state.me
    const attachments = entry.files.flatMap((it): Attachment[] => (it.sent ? [it.sent] : []))
    return {
      message_id: 0,
      chatroom_id: entry.room,
      seq: 0,
      rev: 0,
      client_msg_id: entry.id,
      sender_id: entry.user,
      user: {
        id: entry.user,
        user_id: entry.user,
        username: me?.username ?? '',
        nickname: me?.nickname ?? null,
        avatar_url: me?.avatar_url ?? null,
      },
      content: entry.content,
      message_type: messageTypeOf(entry.files),
      media_url: null,
      attachments,
      reply_to: entry.replyTo ?? undefined,
      reactions: [],
      mentions: [],
      pinned_at: null,
      edited_at: null,
      deleted_at: null,
      read_status: 'unread',
      timestamp: new Date(entry.writtenAt).toISOString(),
    }
  }

  #releasePreviews(): void {
    for (const [id, previews] of this.#previews) {
      if (this.outbox.has(id)) continue
      this.#previews.delete(id)
      this.#loaded.delete(id)
      const urls = previews.filter((it) => it !== null)
      if (urls.length > 0) setTimeout(() => urls.forEach((it) => URL.revokeObjectURL(it)), PREVIEW_LIFETIME)
    }
  }
}
