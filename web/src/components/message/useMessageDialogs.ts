/** Does with messages what their rows ask for, and knows which menu or dialog is open over them. */
import { computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { confirm } from '@/components/base/confirm'
import { copy } from '@/components/base/copy'
import { attempt, toast } from '@/components/base/toasts'
import type { Attachment, Author, Message, Room, Row } from '@/parlor'
import { useFriends, useMessages, useRooms, useSession } from '@/stores'

import type { Conversation, Point } from './conversation'
import { rememberEmoji } from './recentEmoji'

export function useMessageDialogs(room: () => Room, jumpTo: (seq: number) => void, openProfile: (user: Author) => void) {
  const { t } = useI18n()
  const rooms = useRooms()
  const session = useSession()
  const friends = useFriends()
  const id = room().chatroom_id
  const messages = useMessages(id)
  const me = { id: session.me?.user_id ?? 0, username: session.me?.username ?? '' }

  const replyTo = shallowRef<Message | null>(null)
  const editing = shallowRef<Message | null>(null)
  const menuAt = shallowRef<{ key: string; at: Point } | null>(null)
  const reacting = shallowRef<{ row: Row; at: Point } | null>(null)
  const forwarding = shallowRef<Message | null>(null)
  const receiptsOf = shallowRef<Message | null>(null)
  const editsOf = shallowRef<Message | null>(null)
  const viewing = shallowRef<Attachment | null>(null)

  /** Always the message as it is now: it may be sent, edited or deleted while its menu is open. */
  const menu = computed(() => {
    const open = menuAt.value
    const row = open && messages.items.find((it) => it.key === open.key)
    return row ? { row, at: open.at } : null
  })

  /** You cannot write to a person whom you blocked, or whose account is deleted. */
  const mayWrite = computed(() => {
    const peer = room().peer
    return !peer || (!peer.deleted && friends.stateOf(peer.user_id) !== 'blocked')
  })

  function closeMenu(): void {
    menuAt.value = null
  }

  function clearReplyAndEdit(): void {
    replyTo.value = null
    editing.value = null
  }

  const conversation: Conversation = {
    me,
    usernames: computed(() => new Set(rooms.members(id).map((it) => it.user.username.toLowerCase()))),
    mayWrite,
    mayPin: computed(() => mayWrite.value && ( room().kind === 'direct' || room().kind === 'group' || room().role !== 'member')),
    replyTo,
    editing,
    clearReplyAndEdit,
    jumpTo,
    openProfile,
    reply(message) {
      editing.value = null
      replyTo.value = message
    },
    edit(row) {
      replyTo.value = null
      editing.value = row.message
    },
    async remove(row) {
      const yes = await confirm({
        title: t('message.deleteAsk'),
        lead: t('message.deleteLead'),
        action: t('message.delete'),
        danger: true,
      })
      if (yes) await attempt(messages.remove(row.message.message_id))
    },
    toggleReaction(row, emoji, mine) {
      if (!mine) rememberEmoji(emoji)
      const wish = mine ? messages.unreact : messages.react
      void attempt(wish(row.message.message_id, emoji))
    },
    openEmojiPicker: (row, at) => (reacting.value = { row, at }),
    openMenu: (row, at) => (menuAt.value = { key: row.key, at }),
    viewFile: (file) => (viewing.value = file),
    retry: (row) => messages.retry(row.key),
    discard: (row) => messages.discard(row.key),
  }

  async function act(what: string, row: Row, at: Point): Promise<void> {
    const message = row.message
    if (what === 'reply') conversation.reply(message)
    else if (what === 'edit') conversation.edit(row)
    else if (what === 'react') conversation.openEmojiPicker(row, at)
    else if (what === 'delete') await conversation.remove(row)
    else if (what === 'forward') forwarding.value = message
    else if (what === 'who') receiptsOf.value = message
    else if (what === 'history') editsOf.value = message
    else if (what === 'pin') await attempt(messages.pin(message.message_id))
    else if (what === 'unpin') await attempt(messages.unpin(message.message_id))
    else if (what === 'retry') conversation.retry(row)
    else if (what === 'discard') conversation.discard(row)
    else if (what === 'copy') await copy(message.content, t('message.copied'))
  }

  async function forward(to: Room): Promise<void> {
    const message = forwarding.value
    forwarding.value = null
    if (message && (await attempt(messages.forward(message.message_id, to.chatroom_id))))
      toast(t('message.forwardDone'))
  }

  return { conversation, menu, closeMenu, reacting, forwarding, receiptsOf, editsOf, viewing, act, forward }
}

export type MessageDialogState = ReturnType<typeof useMessageDialogs>
