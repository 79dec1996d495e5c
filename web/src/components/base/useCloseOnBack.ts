/** Closes an overlay when you go back, as you expect on a phone. The page stays. */
import { onBeforeUnmount, onMounted } from 'vue'

let count = 0

export function useCloseOnBack(close: () => void): void {
  const mark = `overlay${++count}`
  const isHere = () => (history.state as { overlay?: string } | null)?.overlay === mark

  function onPopState(): void {
    if (!isHere()) close()
  }

  onMounted(() => {
    history.pushState({ ...history.state, overlay: mark }, '')
    addEventListener('popstate', onPopState)
  })
  onBeforeUnmount(() => {
    removeEventListener('popstate', onPopState)
    // Closed in another way: its place in the history goes, unless another page is there by now.
    if (isHere()) history.back()
  })
}
