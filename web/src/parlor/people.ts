// Other people: finding them, being friends, and whether they are there.
import type { Context } from './context'
import { Problem } from './problem'
import type { List, Presence, Profile, Relation, User, UserId } from './types'

/** How many may be asked about at once. */
const MOST = 200

export class People {
  readonly #watched = new Map<UserId, number>()
  #unasked = new Set<UserId>()
  #isScheduled = false

  constructor(private readonly context: Context) {}

  async search(query: string): Promise<User[]> {
    const text = query.trim()
    if (!text) return []
    const { items } = await this.context.rest.get<List<User>>('/v1/users', { query: text, limit: 30 })
    this.context.state.putUsers(...items)
    return items.filter((it) => it.user_id !== this.context.state.me?.user_id)
  }

  async load(user: UserId): Promise<Profile> {
    const found = await this.context.rest.get<Profile>(`/v1/users/${user}`)
    const { bio: _, ...known } = found
    this.context.state.putUsers(known)
    return found
  }

  // ---- Friends ----

  async ask(user_id: UserId): Promise<void> {
    this.#setRelation(await this.context.connection.ask('friend:request', { user_id }))
  }

  async accept(user_id: UserId): Promise<void> {
    this.#setRelation(await this.context.connection.ask('friend:accept', { user_id }))
  }

  async reject(user_id: UserId): Promise<void> {
    this.#setRelation(await this.context.connection.ask('friend:reject', { user_id }))
  }

  async cancel(user_id: UserId): Promise<void> {
    this.#setRelation(await this.context.connection.ask('friend:cancel', { user_id }))
  }

  async remove(user_id: UserId): Promise<void> {
    this.#setRelation(await this.context.connection.ask('friend:remove', { user_id }))
  }

  async block(user_id: UserId): Promise<void> {
    await this.context.connection.ask('user:block', { user_id })
    const user = this.context.state.users.get(user_id) ?? (await this.load(user_id))
    this.context.state.setBlocked(user, true)
  }

  async unblock(user_id: UserId): Promise<void> {
    await this.context.connection.ask('user:unblock', { user_id })
    const user = this.context.state.blocked.get(user_id)
    if (user) this.context.state.setBlocked(user, false)
  }

  #setRelation({ relation }: { relation: Relation }): void {
    this.context.state.setRelation(relation)
  }

  // ---- Presence ----

  /** Watches until the result is called; several may watch the same person. */
  watch(users: UserId[]): () => void {
    for (const user of users) {
      const watchers = this.#watched.get(user) ?? 0
      this.#watched.set(user, watchers + 1)
      if (watchers === 0) this.#unasked.add(user)
    }
    this.#subscribe()
    return () => this.#unwatch(users)
  }

  /** A new connection knows nothing of what was watched before. */
  watchAgain(): void {
    this.#unasked = new Set(this.#watched.keys())
    this.#subscribe()
  }

  async setPresence(state: Presence['state'], status_text?: string): Promise<void> {
    const text = status_text === undefined ? {} : { status_text }
    const { presence } = await this.context.connection.ask('presence:set', { state, ...text })
    this.context.state.setPresences([presence])
  }

  #unwatch(users: UserId[]): void {
    const unwatched: UserId[] = []
    for (const user of users) {
      const watchers = (this.#watched.get(user) ?? 0) - 1
      if (watchers > 0) this.#watched.set(user, watchers)
      else if (this.#watched.delete(user) && !this.#unasked.delete(user)) unwatched.push(user)
    }
    for (const user_ids of chunks(unwatched)) {
      this.context.connection.tell('presence:unsubscribe', { user_ids })
    }
  }

  /** All that one list shows is asked for in one go. */
  #subscribe(): void {
    if (this.#isScheduled || this.#unasked.size === 0) return
    this.#isScheduled = true
    setTimeout(() => {
      this.#isScheduled = false
      void this.#askNow()
    })
  }

  async #askNow(): Promise<void> {
    if (this.context.connection.state !== 'online') return
    const unasked = [...this.#unasked]
    this.#unasked.clear()
    for (const user_ids of chunks(unasked)) {
      try {
        const { presences } = await this.context.connection.ask('presence:subscribe', { user_ids })
        this.context.state.setPresences(presences)
      } catch (thrown) {
        // Without a time the next connection asks again.
        const { retryAfter } = Problem.of(thrown)
        if (retryAfter !== null) this.#askAgain(user_ids, retryAfter)
      }
    }
  }

  #askAgain(users: UserId[], seconds: number): void {
    for (const user of users) if (this.#watched.has(user)) this.#unasked.add(user)
    setTimeout(() => this.#subscribe(), seconds * 1000)
  }
}

function chunks(users: UserId[]): UserId[][] {
  const parts = []
  for (let from = 0; from < users.length; from += MOST) parts.push(users.slice(from, from + MOST))
  return parts
}
