/** Files that are dragged over the conversation. Each of its parts tells when the pointer enters and
 * leaves, so the depth is counted. */
import { ref } from 'vue'

export function useFileDrop(take: (files: File[]) => void) {
  const isOver = ref(false)
  let depth = 0

  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

  function set(to: number): void {
    depth = Math.max(0, to)
    isOver.value = depth > 0
  }

  return {
    isOver,
    enter: (event: DragEvent) => hasFiles(event) && set(depth + 1),
    leave: (event: DragEvent) => hasFiles(event) && set(depth - 1),
    over(event: DragEvent) {
      if (hasFiles(event)) event.preventDefault()
    },
    drop(event: DragEvent) {
      set(0)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      take(files)
    },
  }
}
