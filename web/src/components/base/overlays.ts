/** The overlays that cover the page. Toasts are shown in the last one that opened, or nobody sees them. */
import { computed, onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue'

const open = shallowRef<readonly HTMLElement[]>([])

/** The overlay on top; `null` when nothing covers the page. */
export const topOverlay = computed(() => open.value.at(-1) ?? null)

export function useOverlay(box: Readonly<ShallowRef<HTMLElement | null>>): void {
  let mine: HTMLElement | null = null
  onMounted(() => {
    mine = box.value
    if (mine) open.value = [...open.value, mine]
  })
  onBeforeUnmount(() => (open.value = open.value.filter((it) => it !== mine)))
}
