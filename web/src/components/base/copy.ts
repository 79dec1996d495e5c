/** Copies a text. Without https a page has no clipboard, but most browsers copy what is selected. */
import { i18n } from '@/i18n'

import { topOverlay } from './overlays'
import { toast } from './toasts'

export async function copy(text: string, done: string): Promise<void> {
  try {
    if (isSecureContext) await navigator.clipboard.writeText(text)
    else if (!copySelected(text)) throw new Error('not copied')
    toast(done)
  } catch {
    toast(i18n.global.t('error.noCopy', { text }), 'error')
  }
}

function copySelected(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'for-readers'
  const before = document.activeElement
  // While a dialog is open, nothing outside of it can be selected.
  const place = topOverlay.value ?? document.body
  place.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  return isCopied
}
