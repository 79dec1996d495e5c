// Servers and their channels.
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'

import type { Invite, Role, Room, RoomId, Server, ServerBan, ServerId, ServerMember, UserId } from '@/parlor'

import { parlor } from './client'

interface Form {
  name: string
  description?: string
  is_open?: boolean
}

export const useServers = defineStore('servers', () => {
  const loaded = ref(false)
  const list = shallowRef<Server[]>([])

  /** Rises when a member comes, goes or gets another role, so that lists of members load again. */
  const memberChanges = ref(0)

  // What was known last is shown until the server has answered, also without a connection.
  async function recall(): Promise<void> {
    const known = await parlor.servers.loadSaved()
    if (!known || loaded.value) return
    list.value = known
    loaded.value = true
  }
  watch(list, (now) => {
    if (loaded.value) void parlor.servers.save(now)
  })

  async function load(): Promise<void> {
    const all = await parlor.servers.list()
    loaded.value = true
    list.value = all
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

  async function create(form: Form): Promise<Server> {
    return put(await parlor.servers.create(form))
  }

  async function update(id: ServerId, change: Partial<Form>): Promise<void> {
    put(await parlor.servers.update(id, change))
  }

  async function remove(id: ServerId): Promise<void> {
    await parlor.servers.remove(id)
    drop(id)
  }

  async function join(id: ServerId): Promise<Server> {
    return put(await parlor.servers.join(id))
  }

  async function accept(code: string): Promise<Server> {
    return put(await parlor.servers.accept(code))
  }

  async function leave(id: ServerId): Promise<void> {
    await parlor.servers.leave(id)
    drop(id)
  }

  function change(id: ServerId, to: Partial<Server>): void {
    list.value = list.value.map((it) => (it.server_id === id ? { ...it, ...to } : it))
  }

  function isMe(user: UserId): boolean {
    return user === parlor.state.me?.user_id
  }

  function reload(): void {
    void load().catch(() => undefined)
  }

  parlor.on('session:ready', reload)
  parlor.on('server:created', ({ server }) => put(server))
  parlor.on('server:updated', ({ server }) => change(server.server_id, server))
  parlor.on('server:deleted', ({ server }) => drop(server.server_id))
  parlor.on('server:member_joined', ({ server_id, user_id, member_count }) => {
    memberChanges.value++
    if (isMe(user_id) && !byId(server_id)) reload()
    else change(server_id, { member_count })
  })
  parlor.on('server:member_left', ({ server_id, user_id, member_count }) => {
    memberChanges.value++
    if (isMe(user_id)) drop(server_id)
    else change(server_id, { member_count })
  })
  parlor.on('server:member_updated', ({ server_id, user_id, role }) => {
    memberChanges.value++
    if (isMe(user_id)) change(server_id, { role })
    if (role === 'owner') change(server_id, { owner_id: user_id })
  })
  parlor.on('ended', () => {
    loaded.value = false
    list.value = []
  })
  void recall()
  if (parlor.connection.state === 'online') reload()

  return {
    loaded,
    list,
    memberChanges,
    byId,
    create,
    update,
    remove,
    join,
    leave,
    accept,
    load: (id: ServerId): Promise<Server> => parlor.servers.load(id),
    preview: (code: string): Promise<Server> => parlor.servers.preview(code),
    invite: (id: ServerId, limits?: { max_uses?: number; expires_in?: number }): Promise<Invite> =>
      parlor.servers.invite(id, limits),
    invites: (id: ServerId): Promise<Invite[]> => parlor.servers.invites(id),
    revoke: (id: ServerId, code: string): Promise<void> => parlor.servers.revoke(id, code),
    ban: (id: ServerId, user: UserId, reason?: string): Promise<void> =>
      parlor.servers.ban(id, user, reason),
    unban: (id: ServerId, user: UserId): Promise<void> => parlor.servers.unban(id, user),
    bans: (id: ServerId): Promise<ServerBan[]> => parlor.servers.bans(id),
    setRole: (id: ServerId, user: UserId, role: Role): Promise<void> =>
      parlor.servers.setRole(id, user, role),
    members: (id: ServerId): Promise<ServerMember[]> => parlor.servers.members(id),
    removeMember: (id: ServerId, user: UserId): Promise<void> =>
      parlor.servers.removeMember(id, user),
    createChannel: (id: ServerId, form: { name: string; description?: string }): Promise<Room> =>
      parlor.servers.createChannel(id, form),
    removeChannel: (room: RoomId): Promise<void> => parlor.servers.removeChannel(room),
  }
})
