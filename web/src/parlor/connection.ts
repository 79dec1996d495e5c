// The Socket.IO connection: kept up, with a good token, and asked with acknowledgements.
import { io, type Socket } from 'socket.io-client'

import type { Auth } from './auth'
import { Emitter } from './emitter'
import {
  SERVER_EVENTS,
  type Ack,
  type Answer,
  type Payload,
  type ClientEvents,
  type ServerEvents,
} from './events'
import { Problem, type ErrorCode } from './problem'

export type ConnectionState = 'online' | 'connecting' | 'offline'

interface ConnectionEvents extends ServerEvents {
  state: ConnectionState
}

const ANSWER_TIMEOUT = 15_000
const FIRST_DELAY = 500
const LONGEST_DELAY = 15_000
/** A shorter interruption is not shown as `offline`. */
const GRACE = 5_000
const PAUSE_AFTER_FLOOD = 5_000

export class Connection extends Emitter<ConnectionEvents> {
  readonly #socket: Socket
  #state: ConnectionState = 'offline'
  #isWanted = false
  #attempts = 0
  /** A token that is refused although it is new will not get better by being newer. */
  #renewedAt = 0
  /** What the server said before it went away for a moment. */
  #askedDelay: number | null = null
  #retry: ReturnType<typeof setTimeout> | null = null
  #grace: ReturnType<typeof setTimeout> | null = null
  /** When something last came from the server, on the clock of `performance`. */
  lastHeard = 0
  /** When the next attempt is made, in milliseconds. */
  retryAt: number | null = null

  constructor(
    private readonly auth: Auth,
    url: string,
    /** What the last sync said. */
    since: () => string | null,
  ) {
    super()
    this.#socket = io(url || undefined, {
      autoConnect: false,
      // We know better when it is worth trying again, and tell when.
      reconnection: false,
      forceNew: true,
      withCredentials: auth.usesCookies,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      auth: (give) => give({ ...(auth.token && { token: auth.token }), since: since() }),
    })
    this.#socket.on('connect_error', (error) => void this.#handleRefusal(error.message))
    this.#socket.on('disconnect', (reason) => this.#handleLoss(reason))
    this.#socket.io.on('ping', () => (this.lastHeard = performance.now()))
    for (const event of SERVER_EVENTS) {
      this.#socket.on(event, (data: ServerEvents[typeof event]) => this.#receive(event, data))
    }
    const browser: Partial<Pick<Window, 'addEventListener'>> = globalThis
    browser.addEventListener?.('online', () => this.retryNow())
    browser.addEventListener?.('offline', () => this.#goOffline())
  }

  get state(): ConnectionState {
    return this.#state
  }

  connect(): void {
    this.#isWanted = true
    if (this.#state === 'offline') this.#setState('connecting')
    this.#startGrace(GRACE)
    this.#dial()
  }

  disconnect(): void {
    this.#isWanted = false
    this.#stopTimers()
    this.#socket.disconnect()
    this.#setState('offline')
  }

  retryNow(): void {
    if (!this.#isWanted || this.#socket.connected) return
    this.#attempts = 0
    if (this.#state === 'offline') this.#setState('connecting')
    this.#startGrace(GRACE)
    this.#dial()
  }

  /** Drops a connection that is of no use, and makes a new one. */
  reconnect(delay = 0): void {
    if (!this.#isWanted) return
    this.#socket.disconnect()
    this.#retryIn(delay)
  }

  /** Asks and waits for the answer; what cannot be sent now is refused as `offline`. */
  async ask<E extends keyof ClientEvents>(
    event: E,
    payload: Payload<E>,
    timeout = ANSWER_TIMEOUT,
  ): Promise<Answer<E>> {
    if (this.#state !== 'online' || !this.#socket.connected) throw new Problem('offline')
    let ack: Ack<Answer<E>>
    try {
      ack = (await this.#socket.timeout(timeout).emitWithAck(event, payload)) as typeof ack
    } catch {
      // Either the connection ended, or nothing came in time.
      throw new Problem(this.#socket.connected ? 'timeout' : 'offline')
    }
    if (!ack.ok) throw Problem.fromEventError(ack.error)
    return ack.data
  }

  /** For what may be lost. */
  tell<E extends keyof ClientEvents>(event: E, payload: Payload<E>): void {
    if (this.#socket.connected) this.#socket.volatile.emit(event, payload)
  }

  #receive<E extends keyof ServerEvents>(event: E, data: ServerEvents[E]): void {
    this.lastHeard = performance.now()
    if (event === 'session:ready') this.#becomeOnline()
    if (event === 'auth:expiring') void this.#renew()
    if (event === 'auth:revoked') this.#endSession((data as ServerEvents['auth:revoked']).reason)
    // After a flood the server takes events again after this pause.
    if (event === 'session:closing') this.#askedDelay = PAUSE_AFTER_FLOOD
    if (event === 'server:restarting') {
      this.#attempts = 0
      this.#askedDelay = (data as ServerEvents['server:restarting']).reconnect_after_ms
    }
    this.emit(event, data as ConnectionEvents[E])
  }

  #becomeOnline(): void {
    this.#attempts = 0
    this.#askedDelay = null
    this.#stopTimers()
    this.#setState('online')
  }

  #endSession(reason: string): void {
    this.disconnect()
    this.auth.end(reason)
  }

  async #renew(): Promise<void> {
    try {
      const { accessToken } = await this.auth.refresh()
      await this.ask('auth:refresh', { token: accessToken })
    } catch {
      // The server will end the connection in time, and we come back with a new token.
    }
  }

  /** The browser says so; a connection may look alive for a minute then. */
  #goOffline(): void {
    if (!this.#isWanted) return
    this.#socket.disconnect()
    this.#setState('offline')
    this.#retryIn()
  }

  /** A connection was not accepted, or not even made. */
  async #handleRefusal(message: string): Promise<void> {
    const code = message as ErrorCode
    if (code === 'session_revoked') return this.#endSession('revoked')
    const aboutToken = ['unauthorized', 'token_expired', 'origin_not_allowed'].includes(code)
    if (aboutToken && Date.now() > this.#renewedAt + LONGEST_DELAY) {
      try {
        await this.auth.refresh()
        this.#renewedAt = Date.now()
        return this.#dial()
      } catch {
        if (!this.auth.hasSession) return this.disconnect()
      }
    }
    this.#retryIn()
  }

  #handleLoss(reason: Socket.DisconnectReason): void {
    if (!this.#isWanted || reason === 'io client disconnect') return
    if (this.#state === 'online') {
      this.#setState('connecting')
      this.#startGrace(GRACE)
    }
    this.#retryIn(this.#askedDelay ?? undefined)
  }

  #retryIn(delay = backoff(this.#attempts)): void {
    if (!this.#isWanted) return
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#attempts += 1
    this.retryAt = Date.now() + delay
    this.#retry = setTimeout(() => this.#dial(), delay)
    this.emit('state', this.#state)
  }

  #dial(): void {
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#retry = null
    this.retryAt = null
    if (!this.#isWanted || this.#socket.connected) return
    // An attempt that hangs is given up for a new one.
    this.#socket.disconnect()
    this.#socket.connect()
  }

  #startGrace(time: number): void {
    this.#grace ??= setTimeout(() => {
      this.#grace = null
      this.#setState('offline')
    }, time)
  }

  #stopTimers(): void {
    for (const timer of [this.#retry, this.#grace]) if (timer !== null) clearTimeout(timer)
    this.#retry = this.#grace = this.retryAt = null
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    this.emit('state', state)
  }
}

/** Twice as long each time, and never the same for everybody. */
function backoff(attempts: number): number {
  const full = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempts)
  return full / 2 + (Math.random() * full) / 2
}
