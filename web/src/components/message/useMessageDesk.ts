/** Does with messages what their rows ask for, and remembers which window is open over them. */
import { computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { confirm } from '@/components/base/confirm'
import { copy } from '@/components/base/copy'
import { attempt, toast } from '@/components/base/toasts'
import type { Attachment, Author, Message, Room, Row } from '@/parlor'
import { useFriends, useMessages, useRooms, useSession } from '@/stores'

import type { Desk, Point } from './desk'
import { used } from './recent'

export function useMessageDesk(room: () => Room, jump: (seq: number) => void, profile: (user: Author) => void) {
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
  const asking = shallowRef<Message | null>(null)
  const history = shallowRef<Message | null>(null)
  const viewing = shallowRef<Attachment | null>(null)

  /** The menu shows what its message is now: it may be sent, edited or deleted while one chooses. */
  const menu = computed(() => {
    const open = menuAt.value
    const row = open && messages.items.find((it) => it.key === open.key)
    return row ? { row, at: open.at } : null
  })

  /** Nobody writes to somebody they have blocked, nor to somebody who is gone. */
  const mayWrite = computed(() => {
    const peer = room().peer
    return !peer || (!peer.deleted && friends.stateOf(peer.user_id) !== 'blocked')
  })

  function closeMenu(): void {
    menuAt.value = null
  }

  function plain(): void {
    replyTo.value = null
    editing.value = null
  }

  const desk: Desk = {
    me,
    names: computed(() => new Set(rooms.members(id).map((it) => it.user.username.toLowerCase()))),
    mayWrite,
    mayPin: computed(() => mayWrite.value && ( room().kind === 'direct' || room().kind === 'group' || room().role !== 'member')),
    replyTo,
    editing,
    plain,
    jump,
    profile,
    reply: (row) => desk.answer(row.message),
    answer(message) {
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
    toggle(row, emoji, mine) {
      if (!mine) used(emoji)
      const wish = mine ? messages.unreact : messages.react
      void attempt(wish(row.message.message_id, emoji))
    },
    react: (row, at) => (reacting.value = { row, at }),
    menu: (row, at) => (menuAt.value = { key: row.key, at }),
    view: (file) => (viewing.value = file),
    retry: (row) => messages.retry(row.key),
    discard: (row) => messages.discard(row.key),
    cancel: (row) => messages.cancel(row.key),
  }

  async function act(what: string, row: Row, at: Point): Promise<void> {
    const message = row.message
    if (what === 'reply') desk.reply(row)
    else if (what === 'edit') desk.edit(row)
    else if (what === 'react') desk.react(row, at)
    else if (what === 'delete') await desk.remove(row)
    else if (what === 'forward') forwarding.value = message
    else if (what === 'who') asking.value = message
    else if (what === 'history') history.value = message
    else if (what === 'pin') await attempt(messages.pin(message.message_id))
    else if (what === 'unpin') await attempt(messages.unpin(message.message_id))
    else if (what === 'retry') desk.retry(row)
    else if (what === 'discard') desk.discard(row)
    else if (what === 'copy') await copy(message.content, t('message.copied'))
  }

  async function forward(to: Room): Promise<void> {
    const message = forwarding.value
    forwarding.value = null
    if (message && (await attempt(messages.forward(message.message_id, to.chatroom_id))))
      toast(t('message.forwardDone'))
  }

  return { desk, menu, closeMenu, reacting, forwarding, asking, history, viewing, act, forward }
}

export type MessageDesk = ReturnType<typeof useMessageDesk>
