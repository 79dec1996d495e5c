/**
 * Holding a finger still opens the same menu as the other mouse button. Some phones say so by
 * themselves; for those that do not, it is said here, and the lifting of the finger presses nothing.
 */
import { onBeforeUnmount, onMounted } from 'vue'

const HOLD = 500
const STILL = 10

export function useLongPress(): void {
  let timer = 0
  let from = { x: 0, y: 0 }
  let told = false

  function down(event: PointerEvent): void {
    clearTimeout(timer)
    told = false
    if (event.pointerType !== 'touch' || !event.isPrimary || !(event.target instanceof Element)) return
    const { target, clientX, clientY } = event
    from = { x: clientX, y: clientY }
    timer = window.setTimeout(() => {
      if (told) return
      const menu = new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX, clientY })
      const isTaken = !target.dispatchEvent(menu)
      if (isTaken) addEventListener('click', swallow, { capture: true, once: true })
    }, HOLD)
  }

  function move(event: PointerEvent): void {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL) clearTimeout(timer)
  }

  function up(): void {
    clearTimeout(timer)
    setTimeout(() => removeEventListener('click', swallow, { capture: true }), 50)
  }

  function swallow(event: Event): void {
    event.preventDefault()
    event.stopPropagation()
  }

  /** The phone has said it by itself. */
  function heard(event: Event): void {
    if (event.isTrusted) told = true
  }

  const listeners: [string, (event: never) => void][] = [
    ['pointerdown', down],
    ['pointermove', move],
    ['pointerup', up],
    ['pointercancel', up],
    ['contextmenu', heard],
  ]
  onMounted(() => listeners.forEach(([name, listener]) => addEventListener(name, listener as EventListener, true)))
  onBeforeUnmount(() => listeners.forEach(([name, listener]) => removeEventListener(name, listener as EventListener, true)))
}
