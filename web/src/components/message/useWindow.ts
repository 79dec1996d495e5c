/**
 * Which part of the history is in the page. However long a conversation is, only as many rows are
 * drawn as a few screens need; near an edge the part moves on, and what one looks at stays where
 * it is. Heights are never guessed: the browser lays out, we only correct the position.
 */
import { computed, nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

import type { Row } from '@/parlor'

const STEP = 24
const NEAR = 700

export interface History {
  rows(): readonly Row[]
  hasOlder(): boolean
  hasNewer(): boolean
  isLoading(): boolean
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  loadAround(seq: number): Promise<void>
  loadLatest(): Promise<void>
  /** Somebody moved, or something moved: what is in sight may be another thing now. */
  moved(): void
}

export function useWindow(scroller: Ref<HTMLElement | null>, content: Ref<HTMLElement | null>, history: History) {
  const start = ref(0)
  const end = ref(0)
  /** At the live end: new messages push the old ones up. */
  const stuck = ref(true)
  const shown = computed(() => history.rows().slice(start.value, end.value))
  let anchor: { key: string; top: number } | null = null
  let placed = false

  /** How many rows are drawn at most. */
  function most(): number {
    return Math.ceil((scroller.value?.clientHeight ?? 800) / 30) * 2 + 2 * STEP
  }

  function elements(): HTMLElement[] {
    return [...(content.value?.querySelectorAll<HTMLElement>('[data-key]') ?? [])]
  }

  function remember(): void {
    const box = scroller.value?.getBoundingClientRect()
    if (!box) return
    const first = firstWhere(elements(), (it) => it.getBoundingClientRect().bottom > box.top)
    anchor = first ? { key: first.dataset['key'] ?? '', top: first.getBoundingClientRect().top - box.top } : null
  }

  function restore(): void {
    const view = scroller.value
    if (!view || !placed) return
    if (stuck.value) {
      view.scrollTop = view.scrollHeight
    } else if (anchor) {
      const held = content.value?.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`)
      if (!held) return
      const off = held.getBoundingClientRect().top - view.getBoundingClientRect().top - anchor.top
      if (Math.abs(off) > 0.5) view.scrollTop += off
    }
  }

  function scrolled(): void {
    const view = scroller.value
    if (!view || !placed) return
    const below = view.scrollHeight - view.scrollTop - view.clientHeight
    stuck.value = below < 50 && end.value === history.rows().length && !history.hasNewer()
    remember()
    void extend()
    history.moved()
  }

  async function extend(): Promise<void> {
    const view = scroller.value
    if (!view || !placed) return
    const below = view.scrollHeight - view.scrollTop - view.clientHeight
    if (view.scrollTop < NEAR) {
      if (start.value > 0) return await show(start.value - STEP, null)
      if (history.hasOlder() && !history.isLoading()) return await history.loadOlder()
    }
    if (below < NEAR) {
      if (end.value < history.rows().length) return await show(null, end.value + STEP)
      if (history.hasNewer() && !history.isLoading()) await history.loadNewer()
    }
  }

  /** Draws another part, from its first or up to its last row. */
  async function show(from: number | null, to: number | null): Promise<void> {
    const length = history.rows().length
    if (from !== null) {
      start.value = Math.max(0, from)
      end.value = Math.min(length, Math.max(end.value, start.value), start.value + most())
    } else if (to !== null) {
      end.value = Math.min(length, to)
      start.value = Math.max(start.value, end.value - most(), 0)
    }
    await nextTick()
    restore()
  }

  watch(
    () => history.rows(),
    async (now, before) => {
      if (!placed) return
      const wasAtEnd = end.value >= before.length
      const from = whereIs(now, before[start.value], start.value, now.length - before.length)
      const to = whereIs(now, before[end.value - 1], end.value - 1, now.length - before.length)
      if (stuck.value || (from < 0 && to < 0)) {
        end.value = now.length
        start.value = Math.max(0, end.value - most(), Math.min(from, now.length))
      } else {
        start.value = Math.max(0, from < 0 ? to - most() : from)
        end.value = wasAtEnd || to < 0 ? Math.min(now.length, start.value + most()) : to + 1
      }
      await nextTick()
      restore()
      history.moved()
      await extend()
    },
    { flush: 'pre' },
  )

  async function toEnd(): Promise<void> {
    if (history.hasNewer()) await history.loadLatest()
    placed = true
    stuck.value = true
    end.value = history.rows().length
    start.value = Math.max(0, end.value - most())
    await nextTick()
    restore()
    history.moved()
  }

  /** Brings a message into sight; its place is a share of the height. Returns its key. */
  async function toSeq(seq: number, place: number): Promise<string | null> {
    let index = indexOf(seq)
    if (index < 0) {
      await history.loadAround(seq)
      index = indexOf(seq)
      if (index < 0) index = history.rows().findIndex((it) => it.message.seq > seq)
    }
    const row = history.rows()[index]
    if (!row) return null
    placed = true
    stuck.value = false
    start.value = Math.max(0, index - Math.floor(most() / 2))
    end.value = Math.min(history.rows().length, start.value + most())
    anchor = { key: row.key, top: (scroller.value?.clientHeight ?? 0) * place }
    await nextTick()
    restore()
    scrolled()
    return row.key
  }

  function indexOf(seq: number): number {
    return history.rows().findIndex((it) => it.message.seq === seq)
  }

  const watcher = new ResizeObserver(() => {
    restore()
    void extend()
  })
  onMounted(() => {
    for (const it of [scroller.value, content.value]) if (it) watcher.observe(it)
  })
  onBeforeUnmount(() => watcher.disconnect())

  return { start, end, shown, stuck, scrolled, toEnd, toSeq, elements }
}

/** The first element for which it holds, when it holds for all after it. */
export function firstWhere<T>(list: readonly T[], holds: (it: T) => boolean): T | undefined {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const it = list[middle]
    if (it !== undefined && holds(it)) high = middle
    else low = middle + 1
  }
  return list[low]
}

/** Where a row is now: most likely where it was, or moved by what came before it. */
function whereIs(rows: readonly Row[], row: Row | undefined, index: number, added: number): number {
  if (!row) return -1
  for (const guess of [index, index + added]) if (rows[guess]?.key === row.key) return guess
  return rows.findIndex((it) => it.key === row.key)
}
