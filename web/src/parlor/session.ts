// Who one is here: coming, going, one's profile and devices.
import type { Link } from './link'
import { Problem } from './problem'
import type { Progress } from './rest'
import type { DeviceSession, Me, Tokens } from './types'

export interface Registration {
  username: string
  password: string
  email?: string
  nickname?: string
}

export interface ProfileChange {
  nickname?: string
  status?: string
  bio?: string
  sends_receipts?: boolean
}

export class Session {
  constructor(private readonly link: Link) {}

  async register(form: Registration): Promise<Me> {
    return await this.#open('register', form)
  }

  /** By username or e-mail address. */
  async signIn(name: string, password: string): Promise<Me> {
    return await this.#open('login', { username: name, password })
  }

  async #open(how: 'register' | 'login', body: unknown): Promise<Me> {
    const query = this.link.keys.usesCookies ? { cookie: true } : {}
    const request = { query, body, anonymous: true }
    const tokens = await this.link.rest.send<Tokens>('POST', `/v1/auth/${how}`, request)
    this.link.keys.keep(tokens)
    this.link.state.setMe(tokens.user)
    return tokens.user
  }

  /** Only the server can take its cookies back, so it must be reached for that. */
  async signOut(): Promise<void> {
    try {
      await this.link.rest.send('POST', '/v1/auth/logout')
    } catch (thrown) {
      const isReached = Problem.of(thrown).status !== 0
      if (this.link.keys.usesCookies && !isReached) throw thrown
    }
    this.link.keys.end('logged_out')
  }

  async load(): Promise<Me> {
    const me = await this.link.rest.get<Me>('/v1/me')
    this.link.state.setMe(me)
    return me
  }

  async update(change: ProfileChange): Promise<void> {
    this.link.state.setMe(await this.link.rest.send('PATCH', '/v1/me', { body: change }))
  }

  async setAvatar(image: Blob, progress: Progress = {}): Promise<void> {
    this.link.state.setMe(await this.link.rest.upload('PUT', '/v1/me/avatar', image, progress))
  }

  async removeAvatar(): Promise<void> {
    this.link.state.setMe(await this.link.rest.send('DELETE', '/v1/me/avatar'))
  }

  async changePassword(oldPassword: string, newPassword: string): Promise<void> {
    // A wrong password is refused like an old token, but must not be tried twice.
    await this.link.keys.fresh()
    const body = { old_password: oldPassword, new_password: newPassword }
    await this.link.rest.send('POST', '/v1/auth/password', { body, once: true })
  }

  async devices(): Promise<DeviceSession[]> {
    return await this.link.rest.all('/v1/sessions')
  }

  async revoke(session: string): Promise<void> {
    await this.link.rest.send('DELETE', `/v1/sessions/${session}`)
  }

  async revokeOthers(): Promise<void> {
    await this.link.rest.send('DELETE', '/v1/sessions')
  }

  async deleteAccount(password: string): Promise<void> {
    // As with a new password: what is wrong must not be tried twice.
    await this.link.keys.fresh()
    await this.link.rest.send('DELETE', '/v1/me', { body: { password }, once: true })
    this.link.keys.end('account_deleted')
  }
}
