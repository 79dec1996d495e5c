// Your account: signing in and out, your profile and your devices.
import type { Context } from './context'
import { Problem } from './problem'
import type { UploadOptions } from './rest'
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
  constructor(private readonly context: Context) {}

  async register(form: Registration): Promise<Me> {
    return await this.#open('register', form)
  }

  /** By username or e-mail address. */
  async signIn(name: string, password: string): Promise<Me> {
    return await this.#open('login', { username: name, password })
  }

  async #open(how: 'register' | 'login', body: unknown): Promise<Me> {
    const query = this.context.auth.usesCookies ? { cookie: true } : {}
    const request = { query, body, anonymous: true }
    const tokens = await this.context.rest.send<Tokens>('POST', `/v1/auth/${how}`, request)
    this.context.auth.keep(tokens)
    this.context.state.setMe(tokens.user)
    return tokens.user
  }

  /** Only the server can take its cookies back, so it must be reached for that. */
  async signOut(): Promise<void> {
    try {
      await this.context.rest.send('POST', '/v1/auth/logout')
    } catch (thrown) {
      const isReached = Problem.of(thrown).status !== 0
      if (this.context.auth.usesCookies && !isReached) throw thrown
    }
    this.context.auth.end('logged_out')
  }

  async load(): Promise<Me> {
    const me = await this.context.rest.get<Me>('/v1/me')
    this.context.state.setMe(me)
    return me
  }

  async update(change: ProfileChange): Promise<void> {
    this.context.state.setMe(await this.context.rest.send('PATCH', '/v1/me', { body: change }))
  }

  async setAvatar(image: Blob, options: UploadOptions = {}): Promise<void> {
    this.context.state.setMe(await this.context.rest.upload('PUT', '/v1/me/avatar', image, options))
  }

  async removeAvatar(): Promise<void> {
    this.context.state.setMe(await this.context.rest.send('DELETE', '/v1/me/avatar'))
  }

  async changePassword(oldPassword: string, newPassword: string): Promise<void> {
    // A wrong password is refused like an old token, but must not be tried twice.
    await this.context.auth.freshToken()
    const body = { old_password: oldPassword, new_password: newPassword }
    await this.context.rest.send('POST', '/v1/auth/password', { body, once: true })
  }

  async devices(): Promise<DeviceSession[]> {
    return await this.context.rest.all('/v1/sessions')
  }

  async revoke(session: string): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/sessions/${session}`)
  }

  async revokeOthers(): Promise<void> {
    await this.context.rest.send('DELETE', '/v1/sessions')
  }

  async deleteAccount(password: string): Promise<void> {
    // As with a new password: what is wrong must not be tried twice.
    await this.context.auth.freshToken()
    await this.context.rest.send('DELETE', '/v1/me', { body: { password }, once: true })
    this.context.auth.end('account_deleted')
  }
}
