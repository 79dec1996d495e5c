// Servers: houses of channels. A channel is a room like any other, whose `server_id` says where.
import type { Link } from './link'
import type { Room, RoomId, Server, ServerId } from './types'

export interface Described {
  name: string
  description?: string
}

export class Servers {
  constructor(private readonly link: Link) {}

  async list(): Promise<Server[]> {
    return await this.link.rest.all('/v1/servers')
  }

  async load(id: ServerId): Promise<Server> {
    return await this.link.rest.get(`/v1/servers/${id}`)
  }

  async create(form: Described): Promise<Server> {
    return await this.link.rest.send('POST', '/v1/servers', { body: form })
  }

  async update(id: ServerId, change: Partial<Described>): Promise<Server> {
    return await this.link.rest.send('PATCH', `/v1/servers/${id}`, { body: change })
  }

  async remove(id: ServerId): Promise<void> {
    await this.link.rest.send('DELETE', `/v1/servers/${id}`)
  }

  /** Its channels become rooms of ours. */
  async join(id: ServerId): Promise<Server> {
    const server: Server = await this.link.rest.send('PUT', `/v1/servers/${id}/members/me`)
    await this.loadChannels(id)
    return server
  }

  async leave(id: ServerId): Promise<void> {
    await this.link.rest.send('DELETE', `/v1/servers/${id}/members/me`)
    for (const room of [...this.link.state.rooms.values()]) {
      if (room.server_id === id) this.link.state.removeRoom(room.chatroom_id)
    }
  }

  async loadChannels(id: ServerId): Promise<Room[]> {
    const channels = await this.link.rest.all<Room>(`/v1/servers/${id}/channels`)
    for (const room of channels) this.link.state.setRoom(room)
    return channels
  }

  async createChannel(id: ServerId, form: Described): Promise<Room> {
    const body = form
    const room: Room = await this.link.rest.send('POST', `/v1/servers/${id}/channels`, { body })
    this.link.state.setRoom(room)
    return room
  }

  async removeChannel(room: RoomId): Promise<void> {
    await this.link.rest.send('DELETE', `/v1/rooms/${room}`)
    this.link.state.removeRoom(room)
  }
}
