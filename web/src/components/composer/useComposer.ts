/** What is being written: a new message with its files, an answer, or an edit. */
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { toast, attempt } from '@/components/base/toasts'
import { useConversation } from '@/components/message/conversation'
import { formatBytes } from '@/i18n/format'
import { describeProblem } from '@/i18n/problemText'
import { MOST_FILES, type Room } from '@/parlor'
import { useMessages, useRooms, useSession, useTyping } from '@/stores'

import { keepDraftExtras, takeDraftExtras } from './draftExtras'


export function useComposer(room: Room, isFocused: () => boolean) {
  const id = room.chatroom_id
  const { t } = useI18n()
  const conversation = useConversation()
  const rooms = useRooms()
  const session = useSession()
  const typing = useTyping()
  const messages = useMessages(id)

  const text = ref(rooms.draft(id))
  const extras = takeDraftExtras(id)
  const files = shallowRef<File[]>(extras?.files ?? [])
  if (extras?.replyTo) conversation.reply(extras.replyTo)
  // What goes with the text is kept, too, while you look into another room.
  onBeforeUnmount(() => keepDraftExtras(id, { files: files.value, replyTo: conversation.replyTo.value }))
  const excess = computed(() => [...text.value].length - session.limits.message_characters)
  const isEmpty = computed(() => text.value.trim() === '' && files.value.length === 0)

  watch(conversation.editing, (message) => (text.value = message ? message.content : rooms.draft(id)))
  // Written on another device of mine, or kept from before: nothing that is being typed here gives way.
  watch(
    () => rooms.draft(id),
    (draft, before) => {
      if (!conversation.editing.value && (text.value === before || !isFocused())) text.value = draft
    },
  )

  function saveDraft(): void {
    if (conversation.editing.value) return
    rooms.setDraft(id, text.value)
    if (text.value.trim()) typing.start(id)
    else typing.stop(id)
  }

  function addFiles(added: readonly File[]): void {
    const fitting = added.filter((file) => {
      const fits = file.size <= session.limits.upload_bytes
      if (file.size === 0) toast(t('file.empty', { name: file.name }), 'error')
      if (!fits) toast(t('file.tooBig', { name: file.name, size: formatBytes(session.limits.upload_bytes) }), 'error')
      return fits && file.size > 0
    })
    const all = [...files.value, ...fitting]
    if (all.length > MOST_FILES) toast(t('file.tooMany', { n: MOST_FILES }), 'error')
    files.value = all.slice(0, MOST_FILES)
  }

  async function send(): Promise<void> {
    if (isEmpty.value || excess.value > 0) return
    const edited = conversation.editing.value
    if (edited) {
      const content = text.value
      if (content === edited.content || (await attempt(messages.edit(edited.message_id, content)))) conversation.clearReplyAndEdit()
      return
    }
    const draft = { content: text.value.trim(), replyTo: conversation.replyTo.value, files: files.value }
    text.value = ''
    files.value = []
    rooms.setDraft(id, '')
    conversation.clearReplyAndEdit()
    try {
      await messages.send(draft)
    } catch (problem) {
      text.value ||= draft.content
      files.value = draft.files
      toast(describeProblem(problem), 'error')
    }
  }

  function editLast(): void {
    const last = messages.items.findLast(
      (it) => it.mine && it.state === 'sent' && !it.message.deleted_at && it.message.content,
    )
    if (last) conversation.edit(last)
  }

  return { text, files, excess, isEmpty, saveDraft, addFiles, send, editLast }
}
