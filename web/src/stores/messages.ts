// The conversation of one room.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import {
  Problem,
  type Edit,
  type Message,
  type MessageId,
  type OutgoingFile,
  type Receipts,
  type RoomId,
  type Row,
} from '@/parlor'

import { parlor } from './client'
import { toOutgoingFile } from './outgoingFile'
import { stateSignals } from './stateSignals'

/** More than this is not on the first page, so the first unread message is jumped to. */
const ON_FIRST_PAGE = 30

type Loading = 'older' | 'newer' | 'around' | null

function defineMessages(room: RoomId) {
  return defineStore(`messages/${room}`, () => {
    const loading = ref<Loading>(null)
    const problem = shallowRef<Problem | null>(null)
    const firstUnreadSeq = ref<number | null>(null)
    const newBelow = ref(0)

    const items = computed(() => tracked(() => parlor.messages.rows(room)))
    const loaded = computed(() => tracked(() => timeline().loaded))
    const hasOlder = computed(() => tracked(() => timeline().hasOlder))
    const hasNewer = computed(() => tracked(() => timeline().hasNewer))

    function timeline() {
      return parlor.state.timeline(room)
    }

    function tracked<T>(read: () => T): T {
      stateSignals.messages.of(room).track()
      return read()
    }

    async function load(what: Loading, work: () => Promise<void>): Promise<void> {
      if (loading.value !== null && what !== 'around') return
      loading.value = what
      problem.value = null
      try {
        await work()
      } catch (thrown) {
        problem.value = Problem.of(thrown)
        throw problem.value
      } finally {
        loading.value = null
        if (!timeline().hasNewer) newBelow.value = 0
      }
    }

    /** You open the room. It shows the place where you left off, if there is much to read. */
    async function enter(): Promise<void> {
      const known = parlor.state.rooms.get(room)
      const unread = known?.unread_count ?? 0
      if (!timeline().loaded || unread > 0) {
        firstUnreadSeq.value = known && unread > 0 ? known.last_read_seq + 1 : null
      }
      if (parlor.connection.state !== 'online') return
      const first = timeline().first?.seq ?? 0
      const isFarUp = known && unread > ON_FIRST_PAGE && first !== 1
      if (isFarUp) await loadAround(known.last_read_seq + 1)
      else if (!timeline().loaded) await loadLatest()
    }

    async function loadAround(seq: number): Promise<void> {
      if (timeline().loaded && timeline().bySeq(seq)) return
      await load('around', () => parlor.messages.loadAround(room, seq))
    }

    async function loadLatest(): Promise<void> {
      if (timeline().loaded && !timeline().hasNewer) return
      await load('around', () => parlor.messages.loadLatest(room))
    }

    async function send(message: {
      content?: string
      replyTo?: Message | null
      files?: File[]
    }): Promise<void> {
      const files = message.files ?? []
      const { upload_bytes, message_characters } = parlor.limits
      const tooLarge = files.find((it) => it.size > upload_bytes)
      if (tooLarge) throw new Problem('payload_too_large', tooLarge.name)
      if (Array.from(message.content?.trim() ?? '').length > message_characters) {
        throw new Problem('payload_too_large', 'the text is too long')
      }
      parlor.rooms.stopTyping(room)
      firstUnreadSeq.value = null
      // Measuring takes a moment; words must not lose their place to that.
      const outgoing: OutgoingFile[] = files.length > 0 ? await Promise.all(files.map(toOutgoingFile)) : []
      await parlor.messages.send(room, { ...message, files: outgoing })
    }

    /** How far a message of mine has come. */
    function deliveryState(message: Message): 'sent' | 'delivered' | 'read' {
      stateSignals.members.of(room).track()
      const me = parlor.state.me?.user_id
      const known = [...(parlor.state.members.get(room)?.values() ?? [])]
      const others = known.filter((it) => it.user.user_id !== me)
      if (others.length === 0) {
        const state = message.read_status === 'unread' ? 'sent' : message.read_status
        return known.length === 0 ? state : 'sent'
      }
      if (others.every((it) => (it.last_read_seq ?? 0) >= message.seq)) return 'read'
      return others.every((it) => (it.last_delivered_seq ?? 0) >= message.seq) ? 'delivered' : 'sent'
    }

    parlor.on('heard', (message) => {
      if (message.chatroom_id === room && timeline().hasNewer) newBelow.value += 1
    })
    parlor.on('ended', () => {
      firstUnreadSeq.value = problem.value = null
      newBelow.value = 0
    })

    return {
      items,
      loaded,
      loading,
      hasOlder,
      hasNewer,
      problem,
      firstUnreadSeq,
      newBelow,
      enter,
      loadOlder: (): Promise<void> => load('older', () => parlor.messages.loadOlder(room)),
      loadNewer: (): Promise<void> => load('newer', () => parlor.messages.loadNewer(room)),
      loadAround,
      loadLatest,
      find: (id: MessageId): Row | undefined =>
        items.value.find((it) => it.message.message_id === id),
      send,
      edit: (id: MessageId, content: string): Promise<void> => parlor.messages.edit(id, content),
      remove: (id: MessageId): Promise<void> => parlor.messages.remove(id),
      react: (id: MessageId, emoji: string): Promise<void> =>
        parlor.messages.react(room, id, emoji),
      unreact: (id: MessageId, emoji: string): Promise<void> =>
        parlor.messages.unreact(room, id, emoji),
      pin: (id: MessageId): Promise<void> => parlor.messages.pin(id),
      unpin: (id: MessageId): Promise<void> => parlor.messages.unpin(id),
      pins: (): Promise<Message[]> => parlor.messages.pins(room),
      forward: (id: MessageId, to: RoomId): Promise<void> => parlor.messages.forward(id, to),
      edits: (id: MessageId): Promise<Edit[]> => parlor.messages.edits(id),
      retry: (key: string): void => parlor.messages.retry(key),
      discard: (key: string): void => parlor.messages.discard(key),
      receipts: (id: MessageId): Promise<Receipts> => parlor.messages.receipts(id),
      deliveryState,
    }
  })
}

const definitions = new Map<RoomId, ReturnType<typeof defineMessages>>()

export function useMessages(room: RoomId): ReturnType<ReturnType<typeof defineMessages>> {
  const known = definitions.get(room) ?? defineMessages(room)
  definitions.set(room, known)
  return known()
}
