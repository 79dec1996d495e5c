/** On a phone one goes back from what covers the page: it closes, and the page stays. */
import { onBeforeUnmount, onMounted } from 'vue'

let count = 0

export function useBack(close: () => void): void {
  const mark = `cover${++count}`
  const isHere = () => (history.state as { cover?: string } | null)?.cover === mark

  function gone(): void {
    if (!isHere()) close()
  }

  onMounted(() => {
    history.pushState({ ...history.state, cover: mark }, '')
    addEventListener('popstate', gone)
  })
  onBeforeUnmount(() => {
    removeEventListener('popstate', gone)
    // Closed in another way: its place in the history goes, unless another page is there by now.
    if (isHere()) history.back()
  })
}
