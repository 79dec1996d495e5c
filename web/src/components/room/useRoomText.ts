/** The texts for a room: its title, its description, and its last message in one line. */
import { useI18n } from 'vue-i18n'

import { mediaKind } from '@/components/message/media'
import { displayName } from '@/i18n/names'
import { roomName, type Message, type Room } from '@/parlor'
import { useRooms, useSession } from '@/stores'

export function useRoomText() {
  const { t } = useI18n()
  const rooms = useRooms()
  const session = useSession()

  function title(room: Room): string {
    if (isWellKnown(room.slug)) return t(`rooms.${room.slug}`)
    const name = roomName(room)
    if (name) return name
    if (room.kind === 'direct') return t('rooms.nobody')
    const others = rooms.members(room.chatroom_id).filter((it) => it.user.user_id !== session.me?.user_id)
    return (
      others
        .slice(0, 4)
        .map((it) => displayName(it.user))
        .join(', ') || t('rooms.noName')
    )
  }

  /** What a room is for. */
  function describe(room: Room): string | null {
    return isWellKnown(room.slug) ? t(`rooms.${room.slug}Lead`) : room.description
  }

  function summarize(message: Message): string {
    if (message.deleted_at) return t('rooms.deletedMessage')
    if (message.content) return message.content
    const [file] = message.attachments
    const kind = file ? mediaKind(file.mime) : message.message_type
    if (kind === 'image') return t('rooms.photo')
    if (kind === 'video' || kind === 'audio') return t(`rooms.${kind}`)
    return file?.name ?? t('rooms.file')
  }

  /** The last message with who wrote it, where that is not plain. */
  function preview(room: Room): string {
    const message = room.last_message
    if (!message) return t('rooms.noMessages')
    if (message.sender_id === session.me?.user_id) return t('rooms.you', { text: summarize(message) })
    return room.kind === 'direct' ? summarize(message) : t('rooms.from', { name: displayName(message.user), text: summarize(message) })
  }

  return { title, describe, summarize, preview }
}

/** Rooms that every server has from the start: they are called in everybody's own language. */
function isWellKnown(slug: string | null): slug is 'general' | 'tech' | 'random' {
  return slug === 'general' || slug === 'tech' || slug === 'random'
}
