/** Asks a question that is answered with yes or no, one at a time. */
import { shallowRef } from 'vue'

export interface Question {
  title: string
  lead?: string
  action: string
  danger?: boolean
  /** What you must type before you may say yes. */
  typed?: { label: string; text: string }
  /** A password that is asked for, too. */
  password?: { label: string; onEntered: (password: string) => void }
  /** What else you may choose. */
  choice?: { label: string; lead?: string; on: boolean }
}

export const question = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null)

export function confirm(asked: Question): Promise<boolean> {
  question.value?.answer(false)
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer(yes) {
        question.value = null
        resolve(yes)
      },
    }
  })
}
