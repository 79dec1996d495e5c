import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { Parlor } from './parlor'
import { TestServer, until } from './testing/testServer'
import { grantOf, memoryVault, storageVault, type Vault } from './vault'

let server: TestServer
let asked: string[] = []

/** What a browser would share between its tabs. */
class Table implements Storage {
  readonly #things = new Map<string, string>()
  get length(): number {
    return this.#things.size
  }
  clear = (): void => this.#things.clear()
  getItem = (key: string): string | null => this.#things.get(key) ?? null
  key = (place: number): string | null => [...this.#things.keys()][place] ?? null
  removeItem = (key: string): void => void this.#things.delete(key)
  setItem = (key: string, value: string): void => void this.#things.set(key, value)
}

const counting: typeof fetch = (input, init) => {
  asked.push(String(input).replace(/^.*\/v1/, ''))
  return fetch(input, init)
}

beforeEach(async () => {
  asked = []
  server = await TestServer.start()
  globalThis.addEventListener ??= () => undefined
})

afterEach(() => server.end())

function spoil(vault: Vault): void {
  const grant = vault.read()
  if (grant) vault.write({ ...grant, accessToken: `${grant.accessToken}x` })
}

function refreshes(): number {
  return asked.filter((it) => it === '/auth/refresh').length
}

describe('an access token that is good no longer', () => {
  it('is exchanged once, however many requests wait for it', async () => {
    const vault = memoryVault()
    const ann = await server.person('ann', { vault, fetch: counting })
    spoil(vault)
    const answers = await Promise.all(Array.from({ length: 10 }, () => ann.session.load()))
    expect(new Set(answers.map((it) => it.user_id)).size).toBe(1)
    expect(refreshes()).toBe(1)
    ann.stop()
  })

  it('is exchanged once, however many tabs there are', async () => {
    const table = new Table()
    const [one, other] = [storageVault('s', table), storageVault('s', table)]
    const ann = await server.person('ann', { vault: one, fetch: counting })
    const tab = new Parlor({ url: server.url, vault: other, fetch: counting })
    spoil(one)
    await Promise.all([ann.session.load(), tab.session.load(), ann.session.load()])
    expect(refreshes()).toBe(1)
    expect(ann.auth.token).toBe(tab.auth.token)
    ann.stop()
  })

  it('does not keep a connection from coming back', async () => {
    const vault = memoryVault()
    const ann = await server.person('ann', { vault, fetch: counting })
    ann.connection.disconnect()
    spoil(vault)
    ann.connection.connect()
    await until(() => ann.connection.state === 'online')
    expect(refreshes()).toBe(1)
    ann.stop()
  })

  it('ends the session when it cannot be exchanged', async () => {
    const vault = memoryVault()
    const ann = await server.person('ann', { vault })
    const reasons: string[] = []
    ann.on('ended', (reason) => reasons.push(reason))
    vault.write(grantOf({ ...tokens(), access_token: 'x', refresh_token: 'y' }, false))
    await expect(ann.session.load()).rejects.toMatchObject({ code: 'unauthorized' })
    expect(reasons).toEqual(['expired'])
    expect(ann.connection.state).toBe('offline')
    expect(ann.state.me).toBeNull()
    expect(ann.hasSession).toBe(false)
  })

  it('is exchanged before it ends, on the connection that there is', async () => {
    await server.end()
    server = await TestServer.start({ ACCESS_TOKEN_EXPIRE_MINUTES: '1' })
    const vault = memoryVault()
    const ann = await server.person('ann', { vault, fetch: counting })
    const states: string[] = []
    ann.on('connection', (state) => states.push(state))
    const first = ann.auth.token
    // With a minute to live it is announced at once that it will end.
    await until(() => ann.auth.token !== first)
    await ann.session.load()
    expect(refreshes()).toBeGreaterThan(0)
    expect(states).toEqual([])
    ann.stop()
  })
})

describe('a session that is ended elsewhere', () => {
  it('ends here, with the reason', async () => {
    const vault = memoryVault()
    const ann = await server.person('ann', { vault })
    const phone = new Parlor({ url: server.url })
    await phone.session.signIn(ann.state.me?.username ?? '', 'correct horse')
    const reasons: string[] = []
    ann.on('ended', (reason) => reasons.push(reason))
    await phone.session.revokeOthers()
    await until(() => reasons.length > 0)
    expect(reasons).toEqual(['revoked'])
    expect(ann.state.rooms.size).toBe(0)
  })

  it('is not ended by a wrong password when it is changed', async () => {
    const ann = await server.person('ann', { fetch: counting })
    const wrong = ann.session.changePassword('wrong', 'battery staple')
    await expect(wrong).rejects.toMatchObject({ status: 401 })
    expect(asked.filter((it) => it === '/auth/password')).toHaveLength(1)
    expect(refreshes()).toBe(0)
    await ann.session.changePassword('correct horse', 'battery staple')
    expect(ann.hasSession).toBe(true)
    ann.stop()
  })
})

function tokens() {
  const me = {
    id: 1,
    user_id: 1,
    username: 'x',
    nickname: null,
    avatar_url: null,
    status: null,
    public_id: '',
    email: null,
    bio: null,
    created_at: '',
    updated_at: '',
    rev: 0,
    sends_receipts: true,
  }
  return { token_type: 'bearer', expires_in: 60, user: me }
}
