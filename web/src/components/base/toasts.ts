/** Short texts at the edge of the page, which go away by themselves. */
import { shallowRef } from 'vue'

import { describeProblem } from '@/i18n/problemText'

export interface Toast {
  id: number
  text: string
  kind: 'done' | 'error'
}

export const toasts = shallowRef<readonly Toast[]>([])
let last = 0

export function toast(text: string, kind: Toast['kind'] = 'done'): void {
  const made = { id: ++last, text, kind }
  toasts.value = [...toasts.value.slice(-2), made]
  setTimeout(() => dismiss(made.id), kind === 'error' ? 7000 : 3500)
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((it) => it.id !== id)
}

/** Waits for the work, and shows a toast when it fails. `true` when it went well. */
export async function attempt(work: Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work
    if (done) toast(done)
    return true
  } catch (problem) {
    toast(describeProblem(problem), 'error')
    return false
  }
}
