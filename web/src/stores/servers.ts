// Servers and their channels.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

import { Problem, type Room, type RoomId, type Server, type ServerId } from '@/parlor'

import { parlor } from './client'

export const useServers = defineStore('servers', () => {
  const loaded = ref(false)
  const list = shallowRef<Server[]>([])

  async function load(): Promise<void> {
    list.value = await parlor.servers.list()
    loaded.value = true
  }

  function byId(id: ServerId): Server | undefined {
    return list.value.find((it) => it.server_id === id)
  }

  function put(server: Server): Server {
    const others = list.value.filter((it) => it.server_id !== server.server_id)
    list.value = [...others, server].sort((a, b) => a.server_id - b.server_id)
    return server
  }

  function drop(id: ServerId): void {
    list.value = list.value.filter((it) => it.server_id !== id)
  }

  async function create(form: { name: string; description?: string }): Promise<Server> {
    return put(await parlor.servers.create(form))
  }

  async function update(
    id: ServerId,
    change: { name?: string; description?: string },
  ): Promise<void> {
    put(await parlor.servers.update(id, change))
  }

  async function remove(id: ServerId): Promise<void> {
    await parlor.servers.remove(id)
    drop(id)
  }

  /** Who is there already gets what they wanted. */
  async function join(id: ServerId): Promise<Server> {
    try {
      return put(await parlor.servers.join(id))
    } catch (thrown) {
      if (Problem.of(thrown).code !== 'already_member') throw thrown
      return put(await parlor.servers.load(id))
    }
  }

  async function leave(id: ServerId): Promise<void> {
    await parlor.servers.leave(id)
    drop(id)
  }

  // A channel that comes or goes with its server tells that the list has changed.
  parlor.on('session:ready', () => void load().catch(() => undefined))
  parlor.state.on('rooms', (changed) => {
    const server = changed === null ? null : parlor.state.rooms.get(changed)?.server_id
    if (loaded.value && server != null && !byId(server)) void load().catch(() => undefined)
  })
  parlor.on('room:member_left', ({ user_id }) => {
    const isMe = user_id === parlor.state.me?.user_id
    if (isMe && list.value.length > 0) void load().catch(() => undefined)
  })
  parlor.on('ended', () => {
    list.value = []
    loaded.value = false
  })
  if (parlor.line.state === 'online') void load().catch(() => undefined)

  return {
    loaded,
    list,
    byId,
    create,
    update,
    remove,
    join,
    leave,
    createChannel: (id: ServerId, form: { name: string; description?: string }): Promise<Room> =>
      parlor.servers.createChannel(id, form),
    removeChannel: (room: RoomId): Promise<void> => parlor.servers.removeChannel(room),
  }
})
