/** One question at a time, answered yes or no. */
import { shallowRef } from 'vue'

export interface Question {
  title: string
  lead?: string
  action: string
  danger?: boolean
  /** What has to be typed before one may say yes. */
  typed?: { label: string; text: string }
  /** What is asked for besides, and told to whoever asked. */
  password?: { label: string; onEntered: (password: string) => void }
  /** What may be done along with it. */
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
