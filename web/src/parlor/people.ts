// Other people: finding them, being friends, and whether they are there.
import type { Link } from './link'
import { Problem } from './problem'
import type { List, Presence, Profile, Relation, User, UserId } from './types'

/** How many may be asked about at once. */
const MOST = 200

export class People {
  readonly #watched = new Map<UserId, number>()
  #fresh = new Set<UserId>()
  #asking = false

  constructor(private readonly link: Link) {}

  async search(query: string): Promise<User[]> {
    const text = query.trim()
    if (!text) return []
    const { items } = await this.link.rest.get<List<User>>('/v1/users', { query: text, limit: 30 })
    this.link.state.meet(...items)
    return items.filter((it) => it.user_id !== this.link.state.me?.user_id)
  }

  async load(user: UserId): Promise<Profile> {
    const found = await this.link.rest.get<Profile>(`/v1/users/${user}`)
    const { bio: _, ...known } = found
    this.link.state.meet(known)
    return found
  }

  // ---- Friends ----

  async ask(user_id: UserId): Promise<void> {
    this.#related(await this.link.line.ask('friend:request', { user_id }))
  }

  async accept(user_id: UserId): Promise<void> {
    this.#related(await this.link.line.ask('friend:accept', { user_id }))
  }

  async reject(user_id: UserId): Promise<void> {
    this.#related(await this.link.line.ask('friend:reject', { user_id }))
  }

  async cancel(user_id: UserId): Promise<void> {
    this.#related(await this.link.line.ask('friend:cancel', { user_id }))
  }

  async remove(user_id: UserId): Promise<void> {
    this.#related(await this.link.line.ask('friend:remove', { user_id }))
  }

  async block(user_id: UserId): Promise<void> {
    await this.link.line.ask('user:block', { user_id })
    const user = this.link.state.users.get(user_id) ?? (await this.load(user_id))
    this.link.state.setBlocked(user, true)
  }

  async unblock(user_id: UserId): Promise<void> {
    await this.link.line.ask('user:unblock', { user_id })
    const user = this.link.state.blocked.get(user_id)
    if (user) this.link.state.setBlocked(user, false)
  }

  #related({ relation }: { relation: Relation }): void {
    this.link.state.setRelation(relation)
  }

  // ---- Presence ----

  /** Watches until the result is called; several may watch the same person. */
  watch(users: UserId[]): () => void {
    for (const user of users) {
      const watchers = this.#watched.get(user) ?? 0
      this.#watched.set(user, watchers + 1)
      if (watchers === 0) this.#fresh.add(user)
    }
    this.#subscribe()
    return () => this.#unwatch(users)
  }

  /** A new connection knows nothing of what was watched before. */
  watchAgain(): void {
    this.#fresh = new Set(this.#watched.keys())
    this.#subscribe()
  }

  async setPresence(state: Presence['state'], status_text?: string): Promise<void> {
    const said = status_text === undefined ? {} : { status_text }
    const { presence } = await this.link.line.ask('presence:set', { state, ...said })
    this.link.state.setPresences([presence])
  }

  #unwatch(users: UserId[]): void {
    const unwatched: UserId[] = []
    for (const user of users) {
      const watchers = (this.#watched.get(user) ?? 0) - 1
      if (watchers > 0) this.#watched.set(user, watchers)
      else if (this.#watched.delete(user) && !this.#fresh.delete(user)) unwatched.push(user)
    }
    for (const user_ids of chunks(unwatched)) {
      this.link.line.tell('presence:unsubscribe', { user_ids })
    }
  }

  /** All that one list shows is asked for in one go. */
  #subscribe(): void {
    if (this.#asking || this.#fresh.size === 0) return
    this.#asking = true
    setTimeout(() => {
      this.#asking = false
      void this.#askFresh()
    })
  }

  async #askFresh(): Promise<void> {
    if (this.link.line.state !== 'online') return
    const fresh = [...this.#fresh]
    this.#fresh.clear()
    for (const user_ids of chunks(fresh)) {
      try {
        const { presences } = await this.link.line.ask('presence:subscribe', { user_ids })
        this.link.state.setPresences(presences)
      } catch (thrown) {
        // Without a time the next connection asks again.
        const { retryAfter } = Problem.of(thrown)
        if (retryAfter !== null) this.#askAgain(user_ids, retryAfter)
      }
    }
  }

  #askAgain(users: UserId[], seconds: number): void {
    for (const user of users) if (this.#watched.has(user)) this.#fresh.add(user)
    setTimeout(() => this.#subscribe(), seconds * 1000)
  }
}

function chunks(users: UserId[]): UserId[][] {
  const parts = []
  for (let from = 0; from < users.length; from += MOST) parts.push(users.slice(from, from + MOST))
  return parts
}
