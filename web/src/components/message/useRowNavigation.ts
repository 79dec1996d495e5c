/** Moves through the messages with the arrow keys. Enter opens the menu of a message. */
export function useRowNavigation(elements: () => HTMLElement[], open: (key: string) => void) {
  return (event: KeyboardEvent): void => {
    const focused = document.activeElement
    // A slider and a player have their own use for the arrows; buttons and links in a row have not.
    if (!(focused instanceof HTMLElement) || focused.matches('input, audio, video')) return
    const row = focused.closest<HTMLElement>('[data-key]')
    const isRow = row === focused
    if (!row && focused !== event.currentTarget) return
    const all = elements()
    const now = row ? all.indexOf(row) : all.length
    if (event.key === 'ArrowUp') all[Math.max(0, now - 1)]?.focus()
    else if (event.key === 'ArrowDown' && row) all[Math.min(all.length - 1, now + 1)]?.focus()
    else if ((event.key === 'Enter' || event.key === 'ContextMenu') && isRow) open(row.dataset['key'] ?? '')
    else return
    event.preventDefault()
  }
}
