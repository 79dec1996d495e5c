// Messages on their way: shown at once, kept over reloads, sent in order, each exactly once.
//
// The server knows a message by its `client_msg_id`, so sending it again after a lost answer
// gives the same message. Files go first and by themselves: what is written after a large one
// does not wait for it.
import type { Connection } from './connection'
import type { Database } from './database'
import { Emitter } from './emitter'
import { holdLock, isLockHeld, withLock } from './locks'
import { Problem } from './problem'
import type { Rest } from './rest'
import type { Attachment, Message, MessageType, Reply, RoomId, UserId } from './types'
import { uuid } from './uuid'

export interface OutgoingFile {
  file: Blob
  name: string
  mime: string
  size: number
  width: number | null
  height: number | null
  /** Once it is on the server. */
  sent: Attachment | null
}

export type Stage = 'queued' | 'uploading' | 'sending' | 'failed'

export interface Entry {
  id: string
  user: UserId
  room: RoomId
  content: string
  replyTo: Reply | null
  files: OutgoingFile[]
  writtenAt: number
  /** The tab that sends it. */
  tab: string
  stage: Stage
  problem: Problem | null
}

/**
 * As it is stored: a `Problem` would not survive that. Browsers have entries that earlier versions
 * stored, so the files are called there what they were called first.
 */
type StoredEntry = Omit<Entry, 'problem' | 'stage' | 'files'> & {
  parcels: OutgoingFile[]
  failed: [Problem['code'], string] | null
}

export interface OutgoingMessage {
  content?: string
  replyTo?: Reply | null
  files?: OutgoingFile[]
}

interface OutboxEvents {
  /** Something about the messages that wait in this room. */
  changed: RoomId
  /** The server has it. */
  sent: Message
  progress: { id: string; room: RoomId; index: number; loaded: number }
}

const MOST_ATTEMPTS = 6

export class Outbox extends Emitter<OutboxEvents> {
  readonly tab = uuid()
  #user: UserId | null = null
  #entries: Entry[] = []
  #lastWrittenAt = 0
  readonly #busy = new Set<RoomId>()
  readonly #uploads = new Map<string, AbortController>()
  readonly #wakers = new Set<() => void>()

  constructor(
    private readonly connection: Connection,
    private readonly rest: Rest,
    private readonly database: Database,
  ) {
    super()
    holdLock(lockOf(this.tab))
  }

  in(room: RoomId): Entry[] {
    return this.#entries.filter((it) => it.room === room)
  }

  has(id: string): boolean {
    return this.#find(id) !== undefined
  }

  /** How many wait; those that failed wait for their writer only. */
  get pending(): number {
    return this.#entries.filter((it) => it.stage !== 'failed').length
  }

  /** What this person left here, unless another tab is at it. */
  async begin(user: UserId): Promise<void> {
    if (this.#user !== user) this.end()
    this.#user = user
    await this.adopt()
  }

  /** Forgets what waits here, without deleting it. */
  end(): void {
    const rooms = new Set(this.#entries.map((it) => it.room))
    for (const upload of this.#uploads.values()) upload.abort()
    this.#user = null
    this.#entries = []
    this.#wake()
    for (const room of rooms) this.emit('changed', room)
  }

  /** What this person left here will not be sent. */
  async forget(user: UserId): Promise<void> {
    await this.database.clear('outbox', `${user}/`)
  }

  /** Takes over what closed tabs have left. */
  async adopt(): Promise<void> {
    const user = this.#user
    if (user === null) return
    await withLock('parlor.adopt', async () => {
      for (const stored of await this.database.all<StoredEntry>('outbox', `${user}/`)) {
        const isMine = this.#entries.some((it) => it.id === stored.id)
        if (isMine || (stored.tab !== this.tab && (await isLockHeld(lockOf(stored.tab))))) continue
        if (this.#user !== user) return
        const { parcels: files, failed, ...rest } = stored
        const problem = failed && new Problem(...failed)
        const stage: Stage = problem ? 'failed' : 'queued'
        const entry: Entry = { ...rest, files, tab: this.tab, problem, stage }
        this.#entries.push(entry)
        this.#entries.sort((a, b) => a.writtenAt - b.writtenAt)
        await this.#store(entry)
        this.emit('changed', entry.room)
      }
    })
    this.resume()
  }

  /** Resolves when the message would survive a reload. */
  async add(room: RoomId, message: OutgoingMessage): Promise<Entry> {
    if (this.#user === null) throw new Problem('unauthorized')
    // Never the same moment twice: it is the order.
    this.#lastWrittenAt = Math.max(Date.now(), this.#lastWrittenAt + 1)
    const entry: Entry = {
      id: uuid(),
      user: this.#user,
      room,
      content: message.content ?? '',
      replyTo: message.replyTo ?? null,
      files: message.files ?? [],
      writtenAt: this.#lastWrittenAt,
      tab: this.tab,
      stage: 'queued',
      problem: null,
    }
    this.#entries.push(entry)
    this.emit('changed', room)
    // The disk may be slow; the message need not wait for it.
    const stored = this.#store(entry)
    this.resume()
    await stored
    return entry
  }

  retry(id: string): void {
    const entry = this.#update(id, { stage: 'queued', problem: null })
    if (entry) void this.#store(entry)
    this.resume()
  }

  discard(id: string): void {
    this.#uploads.get(id)?.abort()
    this.#drop(id)
  }

  /** The server has this message: by the answer, the broadcast or a sync, whichever is first. */
  settle(message: Message): void {
    if (message.client_msg_id) this.#drop(message.client_msg_id)
  }

  /** There is a way to the server again. */
  resume(): void {
    if (this.connection.state !== 'online') return
    this.#wake()
    for (const room of new Set(this.#entries.map((it) => it.room))) void this.#sendWaiting(room)
    for (const entry of this.#entries) {
      if (entry.stage === 'queued' && unsent(entry).length > 0) void this.#upload(entry)
    }
  }

  /** One at a time, so that none overtakes another. */
  async #sendWaiting(room: RoomId): Promise<void> {
    if (this.#busy.has(room)) return
    this.#busy.add(room)
    try {
      for (let entry = this.#next(room); entry && this.connection.state === 'online'; entry = this.#next(room)) {
        await this.#send(entry)
      }
    } finally {
      this.#busy.delete(room)
    }
    // The connection may have come back while the last one was given up.
    if (this.#next(room) && this.connection.state === 'online') void this.#sendWaiting(room)
  }

  #next(room: RoomId): Entry | undefined {
    return this.in(room).find((it) => it.stage === 'queued' && unsent(it).length === 0)
  }

  async #send(entry: Entry): Promise<void> {
    const { id } = entry
    this.#update(id, { stage: 'sending' })
    try {
      const { message } = await this.#withRetries(entry, () =>
        this.connection.ask('message:send', {
          chatroom_id: entry.room,
          client_msg_id: id,
          message_type: messageTypeOf(entry.files),
          ...(entry.content && { content: entry.content }),
          ...(entry.files.length > 0 && {
            attachment_ids: entry.files.flatMap((it) => it.sent?.id ?? []),
          }),
          ...(entry.replyTo && { reply_to_id: entry.replyTo.message_id }),
        }),
      )
      this.emit('sent', message)
      this.settle(message)
    } catch (thrown) {
      this.#giveUp(id, Problem.of(thrown))
    }
  }

  async #upload(entry: Entry): Promise<void> {
    const { id, room } = entry
    if (this.#uploads.has(id)) return
    const abort = new AbortController()
    this.#uploads.set(id, abort)
    this.#update(id, { stage: 'uploading' })
    try {
      for (const [index, { file, name }] of entry.files.entries()) {
        if (this.#find(id)?.files[index]?.sent) continue
        const named = new File([file], name, { type: file.type })
        const onProgress = (loaded: number) => this.emit('progress', { id, room, index, loaded })
        const { signal } = abort
        const sent = await this.#withRetries(entry, () =>
          this.rest.upload<Attachment>('POST', '/v1/files', named, { signal, onProgress }),
        )
        this.#markUploaded(id, index, sent)
      }
      this.#update(id, { stage: 'queued' })
    } catch (thrown) {
      this.#giveUp(id, Problem.of(thrown))
    } finally {
      this.#uploads.delete(id)
    }
    void this.#sendWaiting(room)
  }

  #markUploaded(id: string, index: number, sent: Attachment): void {
    const files = this.#find(id)?.files
    const file = files?.[index]
    if (!files || !file) return
    const entry = this.#update(id, { files: files.with(index, { ...file, sent }) })
    if (entry) void this.#store(entry)
  }

  /** Tries again while that may help. What fails then waits for the next connection, or is final. */
  async #withRetries<T>(entry: Entry, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work()
      } catch (thrown) {
        const problem = Problem.of(thrown)
        const isOver = !this.#find(entry.id) || this.connection.state !== 'online'
        const isFinal = problem.code === 'internal' && attempt >= MOST_ATTEMPTS
        if (!problem.isPassing || isOver || isFinal) throw problem
        await this.#pause(problem.retryAfter ?? Math.min(10, 0.5 * 2 ** attempt))
      }
    }
  }

  #giveUp(id: string, problem: Problem): void {
    const mayComeBack = problem.code === 'offline' || problem.code === 'timeout'
    const isTooEarly = problem.code === 'rate_limited' || problem.code === 'unavailable'
    const isOurs = mayComeBack || isTooEarly || problem.isAboutToken
    if (isOurs) {
      this.#update(id, { stage: 'queued' })
      return
    }
    const entry = this.#update(id, { stage: 'failed', problem })
    if (entry) void this.#store(entry)
  }

  /** Ends early when there is a reason to hope. */
  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#wakers.delete(done)
        resolve()
      }
      const timer = setTimeout(done, seconds * 1000)
      this.#wakers.add(done)
    })
  }

  #wake(): void {
    for (const done of [...this.#wakers]) done()
  }

  #find(id: string): Entry | undefined {
    return this.#entries.find((it) => it.id === id)
  }

  #update(id: string, change: Partial<Entry>): Entry | undefined {
    const place = this.#entries.findIndex((it) => it.id === id)
    const known = this.#entries[place]
    if (!known) return undefined
    const entry = { ...known, ...change }
    this.#entries[place] = entry
    this.emit('changed', entry.room)
    return entry
  }

  #drop(id: string): void {
    const entry = this.#find(id)
    if (!entry) return
    this.#entries = this.#entries.filter((it) => it.id !== id)
    this.emit('changed', entry.room)
    void this.database.remove('outbox', keyOf(entry)).catch(() => undefined)
  }

  async #store(entry: Entry): Promise<void> {
    const { problem, files, ...rest } = entry
    const stored: StoredEntry = { ...rest, parcels: files, failed: problem && [problem.code, problem.message] }
    try {
      await this.database.put('outbox', keyOf(entry), stored)
    } catch {
      // A full disk: then it lasts as long as the page.
    }
    // It may have been settled while it was being written.
    if (!this.#find(entry.id)) await this.database.remove('outbox', keyOf(entry)).catch(() => undefined)
  }
}

function lockOf(tab: string): string {
  return `parlor.tab.${tab}`
}

function keyOf(entry: Entry): string {
  return `${entry.user}/${String(entry.writtenAt).padStart(16, '0')}/${entry.id}`
}

function unsent(entry: Entry): OutgoingFile[] {
  return entry.files.filter((it) => it.sent === null)
}

export function messageTypeOf(files: { mime: string }[]): MessageType {
  const kinds = new Set(files.map((it) => it.mime.split('/')[0]))
  const [only] = kinds
  if (kinds.size === 0) return 'text'
  // A picture is what a browser shows as one.
  if (files.some((it) => it.mime.startsWith('image/svg'))) return 'file'
  return kinds.size === 1 && (only === 'image' || only === 'audio' || only === 'video') ? only : 'file'
}
