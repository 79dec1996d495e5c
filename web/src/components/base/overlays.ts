/** What covers the page: the last one to open is where short words must be shown to be seen. */
import { computed, onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue'

const open = shallowRef<readonly HTMLElement[]>([])

/** The window on top, or nothing but the page. */
export const topOverlay = computed(() => open.value.at(-1) ?? null)

export function useOverlay(box: Readonly<ShallowRef<HTMLElement | null>>): void {
  let mine: HTMLElement | null = null
  onMounted(() => {
    mine = box.value
    if (mine) open.value = [...open.value, mine]
  })
  onBeforeUnmount(() => (open.value = open.value.filter((it) => it !== mine)))
}
