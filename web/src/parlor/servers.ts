// Servers: sets of channels. A channel is a room like any other, with a `server_id`.
import type { Context } from './context'
import type { Invite, Role, Room, RoomId, Server, ServerBan, ServerId, ServerMember, UserId } from './types'

export interface NameAndDescription {
  name: string
  description?: string
}

export class Servers {
  constructor(private readonly context: Context) {}

  /** Those that you are a member of. */
  async list(): Promise<Server[]> {
    return await this.context.rest.all('/v1/servers')
  }

  /** One that you are a member of, or may join. */
  async load(id: ServerId): Promise<Server> {
    return await this.context.rest.get(`/v1/servers/${id}`)
  }

  async create(form: NameAndDescription & { is_open?: boolean }): Promise<Server> {
    return await this.context.rest.send('POST', '/v1/servers', { body: form })
  }

  async update(id: ServerId, change: Partial<NameAndDescription> & { is_open?: boolean }): Promise<Server> {
    return await this.context.rest.send('PATCH', `/v1/servers/${id}`, { body: change })
  }

  async remove(id: ServerId): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/servers/${id}`)
  }

  // ---- Coming and going ----

  /** Its channels become rooms of ours. */
  async join(id: ServerId): Promise<Server> {
    await this.context.rest.send('PUT', `/v1/servers/${id}/members/me`)
    await this.loadChannels(id)
    return await this.load(id)
  }

  async leave(id: ServerId): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/servers/${id}/members/me`)
    for (const room of [...this.context.state.rooms.values()]) {
      if (room.server_id === id) this.context.state.removeRoom(room.chatroom_id)
    }
  }

  async members(id: ServerId): Promise<ServerMember[]> {
    const members = await this.context.rest.all<ServerMember>(`/v1/servers/${id}/members`)
    this.context.state.putUsers(...members.map((it) => it.user))
    return members
  }

  async setRole(id: ServerId, user: UserId, role: Role): Promise<void> {
    await this.context.rest.send('PUT', `/v1/servers/${id}/members/${user}`, { body: { role } })
  }

  async removeMember(id: ServerId, user: UserId): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/servers/${id}/members/${user}`)
  }

  /** Removes the member, who cannot join again. */
  async ban(id: ServerId, user: UserId, reason?: string): Promise<void> {
    await this.context.rest.send('PUT', `/v1/servers/${id}/bans/${user}`, { body: reason ? { reason } : {} })
  }

  async unban(id: ServerId, user: UserId): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/servers/${id}/bans/${user}`)
  }

  async bans(id: ServerId): Promise<ServerBan[]> {
    return await this.context.rest.all(`/v1/servers/${id}/bans`)
  }

  // ---- Without a connection ----

  /** The servers that this browser knew last. */
  async loadSaved(): Promise<Server[] | null> {
    const key = this.#key()
    const [known] = key ? await this.context.database.all<Server[]>('known', key) : []
    return known ?? null
  }

  async save(servers: Server[]): Promise<void> {
    const key = this.#key()
    if (key) await this.context.database.put('known', key, servers).catch(() => undefined)
  }

  #key(): string | null {
    const me = this.context.state.me
    return me && `${me.user_id}/servers`
  }

  // ---- Invitations ----

  async invites(id: ServerId): Promise<Invite[]> {
    return await this.context.rest.all(`/v1/servers/${id}/invites`)
  }

  async revoke(id: ServerId, code: string): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/servers/${id}/invites/${encodeURIComponent(code)}`)
  }

  async invite(id: ServerId, limits: { max_uses?: number; expires_in?: number } = {}): Promise<Invite> {
    return await this.context.rest.send('POST', `/v1/servers/${id}/invites`, { body: limits })
  }

  /** Where an invitation leads. */
  async preview(code: string): Promise<Server> {
    return await this.context.rest.get(`/v1/invites/${encodeURIComponent(code)}`)
  }

  async accept(code: string): Promise<Server> {
    const path = `/v1/invites/${encodeURIComponent(code)}` as const
    const server = await this.context.rest.send<Server>('POST', path)
    await this.loadChannels(server.server_id)
    return server
  }

  // ---- Channels ----

  async loadChannels(id: ServerId): Promise<Room[]> {
    const channels = await this.context.rest.all<Room>(`/v1/servers/${id}/channels`)
    for (const room of channels) this.context.state.setRoom(room)
    return channels
  }

  async createChannel(id: ServerId, { name, description }: NameAndDescription): Promise<Room> {
    const body = { chatroom_name: name, description }
    const room: Room = await this.context.rest.send('POST', `/v1/servers/${id}/channels`, { body })
    this.context.state.setRoom(room)
    return room
  }

  async removeChannel(room: RoomId): Promise<void> {
    await this.context.rest.send('DELETE', `/v1/rooms/${room}`)
    this.context.state.removeRoom(room)
  }
}
