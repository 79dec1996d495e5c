// An account and what it does without a browser: how scenes are prepared.
import type { Server } from './server'

export interface Room {
  chatroom_id: string
}

export interface Message {
  message_id: number
  seq: number
  content: string
}

let count = 0

export class Account {
  private constructor(
    private readonly server: Server,
    readonly username: string,
    readonly name: string,
    readonly password: string,
    readonly id: number,
    readonly token: string,
  ) {}

  static async make(server: Server, name: string, username?: string): Promise<Account> {
    username ??= `${name.toLowerCase().replace(/[^a-z]/g, '') || 'somebody'}${process.pid}${++count}`
    const password = 'correct horse battery'
    const answer = await post(`${server.url}/v1/auth/register`, { username, password }, null)
    const { access_token, user } = answer as { access_token: string; user: { id: number } }
    const account = new Account(server, username, name, password, user.id, access_token)
    await account.call('PATCH', '/me', { nickname: name })
    return account
  }

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    return (await send(method, `${this.server.url}/v1${path}`, body, this.token)) as T
  }

  async befriend(other: Account): Promise<void> {
    await this.call('PUT', `/friends/${other.id}`)
    await other.call('PUT', `/friends/${this.id}`)
  }

  async direct(other: Account): Promise<string> {
    return (await this.call<Room>('POST', '/rooms', { kind: 'direct', user_ids: [other.id] })).chatroom_id
  }

  async group(chatroom_name: string, ...others: Account[]): Promise<string> {
    const user_ids = others.map((it) => it.id)
    return (await this.call<Room>('POST', '/rooms', { kind: 'group', user_ids, chatroom_name })).chatroom_id
  }

  async say(room: string, content: string, more: object = {}): Promise<Message> {
    return await this.call<Message>('POST', `/rooms/${room}/messages`, { content, ...more })
  }

  async upload(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const form = new FormData()
    form.append('file', new Blob([bytes], { type }), name)
    const answer = await fetch(`${this.server.url}/v1/files`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${this.token}` },
    })
    if (!answer.ok) throw new Error(`upload: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { id: string }).id
  }

  async picture(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const form = new FormData()
    form.append('file', new Blob([bytes], { type }), name)
    const answer = await fetch(`${this.server.url}/v1/me/avatar`, {
      method: 'PUT',
      body: form,
      headers: { authorization: `Bearer ${this.token}` },
    })
    if (!answer.ok) throw new Error(`avatar: ${answer.status} ${await answer.text()}`)
  }
}

async function post(url: string, body: unknown, token: string | null): Promise<unknown> {
  return await send('POST', url, body, token)
}

async function send(method: string, url: string, body: unknown, token: string | null): Promise<unknown> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  if (body !== undefined) headers['content-type'] = 'application/json'
  const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? null : await answer.json()
}
