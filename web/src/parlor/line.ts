// The Socket.IO connection: kept up, with a good token, and asked with acknowledgements.
import { io, type Socket } from 'socket.io-client'

import { Emitter } from './emitter'
import {
  SERVER_EVENTS,
  type Ack,
  type Answered,
  type Asked,
  type ClientEvents,
  type ServerEvents,
} from './events'
import type { Keys } from './keys'
import { Problem, type ErrorCode } from './problem'

export type LineState = 'online' | 'connecting' | 'offline'

interface LineEvents extends ServerEvents {
  state: LineState
}

const PATIENCE = 15_000
const FIRST_DELAY = 500
const LONGEST_DELAY = 15_000
/** A shorter interruption is not worth mentioning. */
const GRACE = 5_000
const CALM = 5_000

export class Line extends Emitter<LineEvents> {
  readonly #socket: Socket
  #state: LineState = 'offline'
  #wanted = false
  #attempts = 0
  /** A token that is refused although it is new will not get better by being newer. */
  #renewedAt = 0
  /** What the server said before it went away for a moment. */
  #comeBackIn: number | null = null
  #retry: ReturnType<typeof setTimeout> | null = null
  #grace: ReturnType<typeof setTimeout> | null = null
  /** When the next attempt is made, in milliseconds. */
  retryAt: number | null = null

  constructor(
    private readonly keys: Keys,
    url: string,
  ) {
    super()
    this.#socket = io(url || undefined, {
      autoConnect: false,
      // We know better when it is worth trying again, and tell when.
      reconnection: false,
      forceNew: true,
      withCredentials: keys.usesCookies,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      auth: (give) => give(keys.token ? { token: keys.token } : {}),
    })
    this.#socket.on('connect_error', (error) => void this.#refused(error.message))
    this.#socket.on('disconnect', (reason) => this.#lost(reason))
    for (const event of SERVER_EVENTS) {
      this.#socket.on(event, (data: ServerEvents[typeof event]) => this.#heard(event, data))
    }
    const browser: Partial<Pick<Window, 'addEventListener'>> = globalThis
    browser.addEventListener?.('online', () => this.retryNow())
    browser.addEventListener?.('offline', () => this.#cutOff())
  }

  get state(): LineState {
    return this.#state
  }

  connect(): void {
    this.#wanted = true
    if (this.#state === 'offline') this.#say('connecting')
    this.#forgiveFor(GRACE)
    this.#dial()
  }

  disconnect(): void {
    this.#wanted = false
    this.#stopTimers()
    this.#socket.disconnect()
    this.#say('offline')
  }

  retryNow(): void {
    if (!this.#wanted || this.#socket.connected) return
    this.#attempts = 0
    if (this.#state === 'offline') this.#say('connecting')
    this.#forgiveFor(GRACE)
    this.#dial()
  }

  /** Drops a connection that is of no use, and makes a new one. */
  redial(delay = 0): void {
    if (!this.#wanted) return
    this.#socket.disconnect()
    this.#later(delay)
  }

  /** Asks and waits for the answer; what cannot be sent now is refused as `offline`. */
  async ask<E extends keyof ClientEvents>(
    event: E,
    payload: Asked<E>,
    patience = PATIENCE,
  ): Promise<Answered<E>> {
    if (this.#state !== 'online' || !this.#socket.connected) throw new Problem('offline')
    let ack: Ack<Answered<E>>
    try {
      ack = (await this.#socket.timeout(patience).emitWithAck(event, payload)) as typeof ack
    } catch {
      // Either the connection ended, or nothing came in time.
      throw new Problem(this.#socket.connected ? 'timeout' : 'offline')
    }
    if (!ack.ok) throw Problem.fromFault(ack.error)
    return ack.data
  }

  /** For what may be lost. */
  tell<E extends keyof ClientEvents>(event: E, payload: Asked<E>): void {
    if (this.#socket.connected) this.#socket.volatile.emit(event, payload)
  }

  #heard<E extends keyof ServerEvents>(event: E, data: ServerEvents[E]): void {
    if (event === 'session:ready') this.#greeted()
    if (event === 'auth:expiring') void this.#renew()
    if (event === 'auth:revoked') this.#dismissed((data as ServerEvents['auth:revoked']).reason)
    // Whoever said too much may say something again after this.
    if (event === 'session:closing') this.#comeBackIn = CALM
    if (event === 'server:restarting') {
      this.#attempts = 0
      this.#comeBackIn = (data as ServerEvents['server:restarting']).reconnect_after_ms
    }
    this.emit(event, data as LineEvents[E])
  }

  #greeted(): void {
    this.#attempts = 0
    this.#comeBackIn = null
    this.#stopTimers()
    this.#say('online')
  }

  #dismissed(reason: string): void {
    this.disconnect()
    this.keys.end(reason)
  }

  async #renew(): Promise<void> {
    try {
      const { accessToken } = await this.keys.refresh()
      await this.ask('auth:refresh', { token: accessToken })
    } catch {
      // The server will end the connection in time, and we come back with a new token.
    }
  }

  /** The browser says so; a connection may look alive for a minute then. */
  #cutOff(): void {
    if (!this.#wanted) return
    this.#socket.disconnect()
    this.#say('offline')
    this.#later()
  }

  /** A connection was not accepted, or not even made. */
  async #refused(message: string): Promise<void> {
    const code = message as ErrorCode
    if (code === 'session_revoked') return this.#dismissed('revoked')
    const aboutToken = ['unauthorized', 'token_expired', 'origin_not_allowed'].includes(code)
    if (aboutToken && Date.now() > this.#renewedAt + LONGEST_DELAY) {
      try {
        await this.keys.refresh()
        this.#renewedAt = Date.now()
        return this.#dial()
      } catch {
        if (!this.keys.hasSession) return this.disconnect()
      }
    }
    this.#later()
  }

  #lost(reason: Socket.DisconnectReason): void {
    if (!this.#wanted || reason === 'io client disconnect') return
    if (this.#state === 'online') {
      this.#say('connecting')
      this.#forgiveFor(GRACE)
    }
    this.#later(this.#comeBackIn ?? undefined)
  }

  #later(delay = backoff(this.#attempts)): void {
    if (!this.#wanted) return
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
    if (!this.#wanted || this.#socket.connected) return
    // An attempt that hangs is given up for a new one.
    this.#socket.disconnect()
    this.#socket.connect()
  }

  #forgiveFor(time: number): void {
    this.#grace ??= setTimeout(() => {
      this.#grace = null
      this.#say('offline')
    }, time)
  }

  #stopTimers(): void {
    for (const timer of [this.#retry, this.#grace]) if (timer !== null) clearTimeout(timer)
    this.#retry = this.#grace = this.retryAt = null
  }

  #say(state: LineState): void {
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
