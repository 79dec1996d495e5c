// A client of a Parlor server: sign in, and `state` is what the server knows, kept up to date
// over any outage; `messages`, `rooms`, `people` and `servers` are what you can do.
//
//     const parlor = new Parlor({ url: 'https://chat.example' })
//     await parlor.session.signIn('ann', 'correct horse')
//     await parlor.begin()
//     parlor.on('message:created', ({ message }) => console.log(message.content))
//     await parlor.messages.send(roomId, { content: 'hello' })
import { Auth } from './auth'
import { Connection, type ConnectionState } from './connection'
import type { Context } from './context'
import { memoryDatabase, type Database } from './database'
import { Emitter } from './emitter'
import { SERVER_EVENTS, type ServerEvents } from './events'
import { Messages } from './messages'
import { Outbox } from './outbox'
import { People } from './people'
import { Problem, throwingProblems } from './problem'
import { Rest } from './rest'
import { Rooms } from './rooms'
import { Servers } from './servers'
import { Session } from './session'
import { Snapshot } from './snapshot'
import { State } from './state'
import { Sync } from './sync'
import type { Limits, Message } from './types'
import { memoryVault, type Vault } from './vault'

export interface Options {
  /** Where the server is; nothing for the one that the page came from. */
  url?: string
  /** Where tokens are kept. */
  vault?: Vault
  /** Stores the messages that wait to be sent, and what was known last. */
  database?: Database
  fetch?: typeof globalThis.fetch
}

interface ParlorEvents extends ServerEvents {
  connection: ConnectionState
  syncing: boolean
  /** Signed out, and why: here, elsewhere, or by the server. */
  ended: string
  /** Another tab signed in. */
  began: undefined
  /** Somebody said something that this client had not seen before, live. */
  heard: Message
}

export class Parlor extends Emitter<ParlorEvents> {
  readonly state = new State()
  readonly auth: Auth
  readonly connection: Connection
  readonly rest: Rest
  readonly session: Session
  readonly rooms: Rooms
  readonly messages: Messages
  readonly people: People
  readonly servers: Servers
  readonly outbox: Outbox
  limits: Limits = {
    message_characters: 10_000,
    packet_bytes: 65_536,
    upload_bytes: 10 * 1024 * 1024,
    page: 100,
    shows_edits: false,
  }
  readonly #sync: Sync
  readonly #snapshot: Snapshot
  #running = false

  constructor({ url = '', vault = memoryVault(), database = memoryDatabase(), fetch }: Options = {}) {
    super()
    const base = url.replace(/\/$/, '')
    const fetchOrThrow = throwingProblems(fetch ?? globalThis.fetch.bind(globalThis))
    const { state } = this
    this.auth = new Auth(vault, base, fetchOrThrow)
    this.connection = new Connection(this.auth, base, () => state.since)
    this.rest = new Rest(this.auth, base, fetchOrThrow)
    const context: Context = { auth: this.auth, connection: this.connection, rest: this.rest, state, database }
    this.outbox = new Outbox(this.connection, this.rest, database)
    this.session = new Session(context)
    this.rooms = new Rooms(context)
    this.messages = new Messages(context, this.outbox)
    this.people = new People(context)
    this.servers = new Servers(context)
    this.#sync = new Sync(this.connection, this.rest, state, (it) => this.emit('syncing', it), (changes) => {
      for (const room of changes.rooms) room.messages.forEach((it) => this.outbox.settle(it))
    })
    this.#snapshot = new Snapshot(state, database)
    this.auth.on('ended', (reason) => void this.#end(reason))
    this.auth.on('began', () => this.emit('began', undefined))
    this.connection.on('state', (it) => {
      if (it !== 'online') this.#sync.end()
      this.emit('connection', it)
    })
    for (const event of SERVER_EVENTS) this.connection.on(event, (data) => this.#receive(event, data))
  }

  /** Whether somebody seems to be signed in here. */
  get hasSession(): boolean {
    return this.auth.hasSession
  }

  /** Goes on where this browser was left, if somebody is signed in: from memory at once. */
  async resume(user: number): Promise<boolean> {
    return await this.#snapshot.restore(user)
  }

  /** Connects, and stays so until the session ends. */
  async begin(): Promise<void> {
    this.#running = true
    const { me } = this.state
    if (me) await this.outbox.begin(me.user_id)
    if (this.#running) this.connection.connect()
  }

  /** Lets go of the server without signing out. */
  stop(): void {
    this.#running = false
    this.connection.disconnect()
    this.outbox.end()
  }

  /** Writes down what is known, because the page is about to go. */
  async save(): Promise<void> {
    this.#sync.note()
    await this.#snapshot.save()
  }

  /** After a long sleep a connection may look alive and be dead. */
  async probe(): Promise<void> {
    if (this.connection.state !== 'online') return this.connection.retryNow()
    try {
      await this.connection.ask('presence:unsubscribe', { user_ids: [] }, 4_000)
    } catch (thrown) {
      if (Problem.of(thrown).code === 'timeout') this.connection.reconnect()
    }
  }

  #receive<E extends keyof ServerEvents>(event: E, data: ServerEvents[E]): void {
    if (event === 'session:ready') {
      void this.#start(data as ServerEvents['session:ready'])
    } else if (event === 'heads') {
      const { rooms, user_rev } = data as ServerEvents['heads']
      this.#sync.compare(rooms, user_rev)
    } else {
      this.#applyEvent(event, data)
    }
    this.emit(event, data as ParlorEvents[E])
  }

  #applyEvent<E extends keyof ServerEvents>(event: E, data: ServerEvents[E]): void {
    const isMessage = event === 'message:created'
    const message = isMessage ? (data as ServerEvents['message:created']).message : null
    const newest = message ? (this.state.rooms.get(message.chatroom_id)?.last_seq ?? 0) : 0
    if (message) this.outbox.settle(message)
    const gap = this.state.apply(event, data)
    if (gap) void this.#sync.run()
    if (message && message.seq > newest) this.#announce(message)
  }

  #announce(message: Message): void {
    if (message.sender_id === this.state.me?.user_id) return
    this.rooms.markDelivered(message.chatroom_id, message.seq)
    this.emit('heard', message)
  }

  async #start(ready: ServerEvents['session:ready']): Promise<void> {
    this.limits = ready.limits
    this.state.setPresences([ready.presence])
    try {
      await this.outbox.begin(ready.user.user_id)
      await this.#sync.start(ready)
      for (const room of this.state.rooms.values()) {
        const { chatroom_id, last_message, last_seq, unread_count } = room
        const isTold = unread_count === 0 || last_message === null
        if (!isTold) this.rooms.markDelivered(chatroom_id, last_seq)
      }
      this.people.watchAgain()
      await this.rooms.flush()
    } catch (thrown) {
      // Without the lists there is nothing to show: the connection is made anew.
      const problem = Problem.of(thrown)
      if (problem.code !== 'offline') this.connection.reconnect((problem.retryAfter ?? 0) * 1000)
    }
  }

  async #end(reason: string): Promise<void> {
    const user = this.state.me?.user_id
    this.stop()
    this.rooms.forget()
    this.state.clear()
    this.emit('ended', reason)
    if (user === undefined) return
    await this.#snapshot.forget(user)
    // After a long time away you sign in again, and want your messages sent.
    if (reason !== 'expired') await this.outbox.forget(user)
  }
}
