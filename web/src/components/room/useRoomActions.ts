/** What you can do with a room, from its menu or its details. */
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { confirm } from '@/components/base/confirm'
import { attempt } from '@/components/base/toasts'
import type { Room } from '@/parlor'
import { useRooms } from '@/stores'

import { useRoomText } from './useRoomText'

export function useRoomActions() {
  const { t } = useI18n()
  const router = useRouter()
  const rooms = useRooms()
  const { title } = useRoomText()

  async function act(what: string, room: Room): Promise<void> {
    const id = room.chatroom_id
    if (what === 'pin' || what === 'unpin') await attempt(rooms.pin(id, what === 'pin'))
    else if (what === 'mute') await attempt(rooms.mute(id, 'always'))
    else if (what === 'unmute') await attempt(rooms.mute(id, null))
    else if (what === 'hide' || what === 'unhide') await attempt(rooms.hide(id, what === 'hide'))
    else if (what === 'unread') await attempt(rooms.markUnread(id, true))
    else if (what === 'read') await read(room)
    else if (what === 'leave') await leave(room)
    else if (what === 'deleteChat') await deleteChat(room)
    else if (what === 'delete') await remove(room)
  }

  async function read(room: Room): Promise<void> {
    rooms.markRead(room.chatroom_id)
    if (room.settings.marked_unread) await attempt(rooms.markUnread(room.chatroom_id, false))
  }

  async function muteFor(room: Room, hours: number): Promise<void> {
    await attempt(rooms.mute(room.chatroom_id, new Date(Date.now() + hours * 3_600_000)))
  }

  async function leave(room: Room): Promise<void> {
    const yes = await confirm({
      title: t('room.leaveAsk', { name: title(room) }),
      lead: t('room.leaveLead'),
      action: t('do.leave'),
      danger: true,
    })
    if (yes && (await attempt(rooms.leave(room.chatroom_id)))) away(room)
  }

  /** Only for you. */
  async function deleteChat(room: Room): Promise<void> {
    const yes = await confirm({
      title: t('room.deleteChatAsk', { name: title(room) }),
      lead: t('room.deleteChatLead'),
      action: t('room.deleteChat'),
      danger: true,
    })
    if (yes && (await attempt(rooms.deleteChat(room.chatroom_id)))) away(room)
  }

  async function remove(room: Room): Promise<void> {
    const yes = await confirm({
      title: t('room.deleteAsk', { name: title(room) }),
      lead: t('room.deleteLead'),
      action: room.kind === 'channel' ? t('servers.deleteChannel') : t('room.delete'),
      danger: true,
    })
    if (yes && (await attempt(rooms.remove(room.chatroom_id)))) away(room)
  }

  function away(room: Room): void {
    if (router.currentRoute.value.params['roomId'] !== room.chatroom_id) return
    void router.replace(room.server_id ? { name: 'server', params: { serverId: room.server_id } } : { name: 'chats' })
  }

  return { act, muteFor, leave, remove, deleteChat }
}
