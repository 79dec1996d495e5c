// Your rooms: the list, the room that is open, and your settings of each.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import {
  isDeletedChat,
  isMuted,
  Problem,
  type Member,
  type Role,
  type Room,
  type RoomBan,
  type RoomId,
  type UserId,
} from '@/parlor'

import { parlor } from './client'
import { useMessages } from './messages'
import { stateSignals } from './stateSignals'

export const useRooms = defineStore('rooms', () => {
  const currentId = ref<RoomId | null>(null)

  const all = computed(() => {
    stateSignals.rooms.track()
    return [...parlor.state.rooms.values()].sort(byPinAndActivity)
  })
  const listed = computed(() => all.value.filter((it) => it.kind !== 'channel' && !isDeletedChat(it)))
  const list = computed(() => listed.value.filter((it) => !it.settings.hidden))
  const hidden = computed(() => listed.value.filter((it) => it.settings.hidden))
  const loaded = computed(() => {
    stateSignals.rooms.track()
    return parlor.state.complete
  })
  const current = computed(() => (currentId.value === null ? undefined : byId(currentId.value)))
  const unreadTotal = computed(() =>
    all.value.reduce((sum, it) => sum + (isMuted(it) ? it.mention_count : it.unread_count), 0),
  )

  function byId(id: RoomId): Room | undefined {
    stateSignals.rooms.track()
    return parlor.state.rooms.get(id)
  }

  function channelsOf(server: number): Room[] {
    const channels = all.value.filter((it) => it.server_id === server)
    return channels.sort((a, b) => a.created_at.localeCompare(b.created_at))
  }

  async function open(id: RoomId): Promise<Room> {
    const room = parlor.state.rooms.get(id) ?? (await parlor.rooms.load(id))
    currentId.value = id
    await loadContents(id)
    return parlor.state.rooms.get(id) ?? room
  }

  /** Loads what the open room shows, as far as the connection allows. */
  async function loadContents(id: RoomId): Promise<void> {
    const wanted: Promise<unknown>[] = [useMessages(id).enter()]
    if (parlor.connection.state === 'online') wanted.push(parlor.rooms.loadMembers(id))
    for (const { status, ...result } of await Promise.allSettled(wanted)) {
      const problem = status === 'rejected' && Problem.of((result as { reason: unknown }).reason)
      if (problem && !problem.isPassing) throw problem
    }
  }

  function close(): void {
    currentId.value = null
  }

  // Some things could not be loaded without a connection, or were too old to be completed.
  parlor.on('syncing', (isSyncing) => {
    if (!isSyncing) loadMissing()
  })
  parlor.on('connection', (state) => {
    if (state === 'online') loadMissing()
  })
  parlor.on('ended', close)
  function loadMissing(): void {
    const id = currentId.value
    const lacksMessages = id !== null && !parlor.state.timeline(id).loaded
    const lacksMembers = id !== null && !parlor.state.members.has(id)
    if (lacksMessages || lacksMembers) void loadContents(id).catch(() => undefined)
  }

  function members(id: RoomId): Member[] {
    stateSignals.members.of(id).track()
    return [...(parlor.state.members.get(id)?.values() ?? [])]
  }

  function draft(id: RoomId): string {
    stateSignals.rooms.track()
    return parlor.rooms.draft(id)
  }

  async function leave(id: RoomId): Promise<void> {
    await parlor.rooms.leave(id)
    if (currentId.value === id) close()
  }

  async function deleteChat(id: RoomId): Promise<void> {
    await parlor.rooms.deleteChat(id)
    if (currentId.value === id) close()
  }

  async function remove(id: RoomId): Promise<void> {
    await parlor.rooms.remove(id)
    if (currentId.value === id) close()
  }

  return {
    loaded,
    list,
    hidden,
    all,
    currentId,
    current,
    unreadTotal,
    byId,
    channelsOf,
    open,
    close,
    leave,
    remove,
    deleteChat,
    members,
    draft,
    createDirect: (user: UserId): Promise<Room> => parlor.rooms.createDirect(user),
    createGroup: (users: UserId[], name?: string): Promise<Room> =>
      parlor.rooms.createGroup(users, name),
    update: (id: RoomId, change: { chatroom_name?: string; description?: string }): Promise<void> =>
      parlor.rooms.update(id, change),
    join: (id: RoomId): Promise<Room> => parlor.rooms.join(id),
    loadMembers: (id: RoomId): Promise<Member[]> => parlor.rooms.loadMembers(id),
    addMembers: (id: RoomId, users: UserId[]): Promise<void> => parlor.rooms.addMembers(id, users),
    removeMember: (id: RoomId, user: UserId): Promise<void> =>
      parlor.rooms.removeMember(id, user),
    ban: (id: RoomId, user: UserId): Promise<void> => parlor.rooms.ban(id, user),
    unban: (id: RoomId, user: UserId): Promise<void> => parlor.rooms.unban(id, user),
    bans: (id: RoomId): Promise<RoomBan[]> => parlor.rooms.bans(id),
    setRole: (id: RoomId, user: UserId, role: Role): Promise<void> =>
      parlor.rooms.setRole(id, user, role),
    mute: (id: RoomId, until: Date | 'always' | null): Promise<void> => parlor.rooms.mute(id, until),
    pin: (id: RoomId, pinned: boolean): Promise<void> => parlor.rooms.pin(id, pinned),
    hide: (id: RoomId, isHidden: boolean): Promise<void> => parlor.rooms.hide(id, isHidden),
    markUnread: (id: RoomId, unread: boolean): Promise<void> => parlor.rooms.markUnread(id, unread),
    markRead: (id: RoomId, seq?: number): void => parlor.rooms.markRead(id, seq),
    setDraft: (id: RoomId, text: string): void => parlor.rooms.setDraft(id, text),
  }
})

/** Pinned ones first, the latest pin on top; then by what happened last. */
function byPinAndActivity(a: Room, b: Room): number {
  const [pinA, pinB] = [a.settings.pinned_at ?? '', b.settings.pinned_at ?? '']
  return pinB.localeCompare(pinA) || activity(b).localeCompare(activity(a))
}

function activity(room: Room): string {
  return room.last_message?.timestamp ?? room.created_at
}
