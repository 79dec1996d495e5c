// The tokens of a session: an access token is used while it is good, and exchanged once when it is
// not.
//
// Refresh tokens are single-use, so two tabs must not exchange the same one: one does, and the
// others take what it got. (The server forgives a second use for ten seconds, which covers
// browsers where tabs cannot wait for each other.)
import { Emitter } from './emitter'
import { withLock } from './locks'
import { Problem } from './problem'
import type { Tokens } from './types'
import { grantOf, type Grant, type Vault } from './vault'

/** A token that ends within this time is as good as ended. */
const MARGIN = 30_000

interface AuthEvents {
  /** There is a session no longer, and why. */
  ended: string
  /** Another tab signed in. */
  began: undefined
}

export class Auth extends Emitter<AuthEvents> {
  #running: Promise<Grant> | null = null
  /** Whether a session is known here, whatever other tabs did to the vault. */
  #isOpen: boolean

  constructor(
    private readonly vault: Vault,
    private readonly url: string,
    private readonly fetch: typeof globalThis.fetch,
  ) {
    super()
    this.#isOpen = vault.hasSession()
    vault.onElsewhere((signedIn) => {
      if (!signedIn) return this.#close('logged_out')
      this.#isOpen = true
      this.emit('began', undefined)
    })
  }

  get usesCookies(): boolean {
    return this.vault.usesCookies
  }

  get hasSession(): boolean {
    return this.vault.hasSession()
  }

  /** As it is known now: perhaps none, perhaps an old one. */
  get token(): string | null {
    return this.vault.read()?.accessToken ?? null
  }

  /** To tell by, after a refusal, what was used. */
  get grant(): Grant | null {
    return this.vault.read()
  }

  keep(tokens: Tokens): void {
    this.vault.write(grantOf(tokens, this.vault.usesCookies))
    this.#isOpen = true
  }

  end(reason: string): void {
    if (this.vault.hasSession()) this.vault.write(null)
    this.#close(reason)
  }

  #close(reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.emit('ended', reason)
  }

  /** A token that is good for a while. */
  async freshToken(): Promise<string> {
    const known = this.vault.read()
    if (known && known.expiresAt > Date.now() + MARGIN) return known.accessToken
    return (await this.refresh(known)).accessToken
  }

  /** Exchanges the grant that was `used`, unless somebody has done so already. */
  async refresh(used: Grant | null = this.vault.read()): Promise<Grant> {
    this.#running ??= withLock('parlor.refresh', () => this.#exchange(used)).finally(() => {
      this.#running = null
    })
    return await this.#running
  }

  async #exchange(used: Grant | null): Promise<Grant> {
    const known = this.vault.read()
    if (known && known.accessToken !== used?.accessToken) return known
    if (!this.vault.hasSession()) throw new Problem('unauthorized', 'signed out', 401)
    const cookies = this.vault.usesCookies
    const response = await this.fetch(`${this.url}/v1/auth/refresh${cookies ? '?cookie=true' : ''}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(cookies ? {} : { refresh_token: known?.refreshToken }),
      credentials: cookies ? 'same-origin' : 'omit',
    })
    if (!response.ok) {
      const problem = await Problem.fromResponse(response)
      // Refused for good; a server that is busy or away says something else.
      if (problem.status === 401) this.end(reasonOf(problem))
      throw problem
    }
    const grant = grantOf((await response.json()) as Tokens, cookies)
    this.vault.write(grant)
    return grant
  }
}

function reasonOf(problem: Problem): string {
  return problem.code === 'session_revoked' ? 'revoked' : 'expired'
}
