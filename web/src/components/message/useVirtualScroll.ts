/**
 * Which part of the history is in the page. However long a conversation is, only as many rows are
 * drawn as a few screens need; near an edge the part moves on, and what you look at stays where
 * it is. Heights are never guessed: the browser lays out, we only correct the position.
 */
import { computed, nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

import type { Row } from '@/parlor'

const STEP = 24
const NEAR = 700

export interface ScrollSource {
  rows(): readonly Row[]
  hasOlder(): boolean
  hasNewer(): boolean
  isLoading(): boolean
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  loadAround(seq: number): Promise<void>
  loadLatest(): Promise<void>
  /** Called when something else may be in sight. */
  onMove(): void
}

export function useVirtualScroll(scroller: Ref<HTMLElement | null>, content: Ref<HTMLElement | null>, source: ScrollSource) {
  const start = ref(0)
  const end = ref(0)
  /** At the live end: new messages push the old ones up. */
  const sticksToEnd = ref(true)
  const shown = computed(() => source.rows().slice(start.value, end.value))
  let anchor: { key: string; top: number } | null = null
  let isPlaced = false

  /** How many rows are drawn at most. */
  function maxRows(): number {
    return Math.ceil((scroller.value?.clientHeight ?? 800) / 30) * 2 + 2 * STEP
  }

  function elements(): HTMLElement[] {
    return [...(content.value?.querySelectorAll<HTMLElement>('[data-key]') ?? [])]
  }

  function saveAnchor(): void {
    const box = scroller.value?.getBoundingClientRect()
    if (!box) return
    const first = firstWhere(elements(), (it) => it.getBoundingClientRect().bottom > box.top)
    anchor = first ? { key: first.dataset['key'] ?? '', top: first.getBoundingClientRect().top - box.top } : null
  }

  function restoreAnchor(): void {
    const view = scroller.value
    if (!view || !isPlaced) return
    if (sticksToEnd.value) {
      view.scrollTop = view.scrollHeight
    } else if (anchor) {
      const held = content.value?.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`)
      if (!held) return
      const off = held.getBoundingClientRect().top - view.getBoundingClientRect().top - anchor.top
      if (Math.abs(off) > 0.5) view.scrollTop += off
    }
  }

  function onScroll(): void {
    const view = scroller.value
    if (!view || !isPlaced) return
    const below = view.scrollHeight - view.scrollTop - view.clientHeight
    sticksToEnd.value = below < 50 && end.value === source.rows().length && !source.hasNewer()
    saveAnchor()
    void extend()
    source.onMove()
  }

  async function extend(): Promise<void> {
    const view = scroller.value
    if (!view || !isPlaced) return
    const below = view.scrollHeight - view.scrollTop - view.clientHeight
    if (view.scrollTop < NEAR) {
      if (start.value > 0) return await show(start.value - STEP, null)
      if (source.hasOlder() && !source.isLoading()) return await source.loadOlder()
    }
    if (below < NEAR) {
      if (end.value < source.rows().length) return await show(null, end.value + STEP)
      if (source.hasNewer() && !source.isLoading()) await source.loadNewer()
    }
  }

  /** Draws another part, from its first or up to its last row. */
  async function show(from: number | null, to: number | null): Promise<void> {
    const length = source.rows().length
    if (from !== null) {
      start.value = Math.max(0, from)
      end.value = Math.min(length, Math.max(end.value, start.value), start.value + maxRows())
    } else if (to !== null) {
      end.value = Math.min(length, to)
      start.value = Math.max(start.value, end.value - maxRows(), 0)
    }
    await nextTick()
    restoreAnchor()
  }

  watch(
    () => source.rows(),
    async (now, before) => {
      if (!isPlaced) return
      const wasAtEnd = end.value >= before.length
      const from = findRow(now, before[start.value], start.value, now.length - before.length)
      const to = findRow(now, before[end.value - 1], end.value - 1, now.length - before.length)
      if (sticksToEnd.value || (from < 0 && to < 0)) {
        end.value = now.length
        start.value = Math.max(0, end.value - maxRows(), Math.min(from, now.length))
      } else {
        start.value = Math.max(0, from < 0 ? to - maxRows() : from)
        end.value = wasAtEnd || to < 0 ? Math.min(now.length, start.value + maxRows()) : to + 1
      }
      await nextTick()
      restoreAnchor()
      source.onMove()
      await extend()
    },
    { flush: 'pre' },
  )

  async function scrollToEnd(): Promise<void> {
    if (source.hasNewer()) await source.loadLatest()
    isPlaced = true
    sticksToEnd.value = true
    end.value = source.rows().length
    start.value = Math.max(0, end.value - maxRows())
    await nextTick()
    restoreAnchor()
    source.onMove()
  }

  /** Brings a message into sight; its place is a share of the height. Returns its key. */
  async function scrollToSeq(seq: number, place: number): Promise<string | null> {
    let index = indexOf(seq)
    if (index < 0) {
      await source.loadAround(seq)
      index = indexOf(seq)
      if (index < 0) index = source.rows().findIndex((it) => it.message.seq > seq)
    }
    const row = source.rows()[index]
    if (!row) return null
    isPlaced = true
    sticksToEnd.value = false
    start.value = Math.max(0, index - Math.floor(maxRows() / 2))
    end.value = Math.min(source.rows().length, start.value + maxRows())
    anchor = { key: row.key, top: (scroller.value?.clientHeight ?? 0) * place }
    await nextTick()
    restoreAnchor()
    onScroll()
    return row.key
  }

  function indexOf(seq: number): number {
    return source.rows().findIndex((it) => it.message.seq === seq)
  }

  const observer = new ResizeObserver(() => {
    restoreAnchor()
    void extend()
  })
  onMounted(() => {
    for (const it of [scroller.value, content.value]) if (it) observer.observe(it)
  })
  onBeforeUnmount(() => observer.disconnect())

  return { start, end, shown, sticksToEnd, onScroll, scrollToEnd, scrollToSeq, elements }
}

/** The first element for which `holds` is true, if it is true for all after it, too. */
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
function findRow(rows: readonly Row[], row: Row | undefined, index: number, added: number): number {
  if (!row) return -1
  for (const guess of [index, index + added]) if (rows[guess]?.key === row.key) return guess
  return rows.findIndex((it) => it.key === row.key)
}
