/** Walking through the messages with the arrow keys; Enter opens what can be done with one. */
export function useRowKeys(elements: () => HTMLElement[], open: (key: string) => void) {
  return (event: KeyboardEvent): void => {
    const focused = document.activeElement
    const isRow = focused instanceof HTMLElement && focused.matches('[data-key]')
    const isLog = focused === event.currentTarget
    if (!isRow && !isLog) return
    const all = elements()
    const now = isRow ? all.indexOf(focused) : all.length
    if (event.key === 'ArrowUp') all[Math.max(0, now - 1)]?.focus()
    else if (event.key === 'ArrowDown' && isRow) all[Math.min(all.length - 1, now + 1)]?.focus()
    else if ((event.key === 'Enter' || event.key === 'ContextMenu') && isRow) open(focused.dataset['key'] ?? '')
    else return
    event.preventDefault()
  }
}
