/** Completes a name after an @: which members fit, which is chosen, and the text with that name. */
import { computed, ref, type Ref } from 'vue'

import type { Member } from '@/parlor'

const UNFINISHED = /(?:^|[\s(])@([\p{L}\p{N}_.-]{0,32})$/u
// A name with a blank in it cannot be told from the words after it.
const MENTIONABLE = /^[\p{L}\p{N}_.-]+$/u

export function useMentions(text: Ref<string>, caret: Ref<number>, members: () => readonly Member[], me: number) {
  const chosen = ref(0)
  const dismissed = ref('')

  const wanted = computed(() => UNFINISHED.exec(text.value.slice(0, caret.value))?.[1] ?? null)

  const found = computed(() => {
    if (wanted.value === null || dismissed.value === text.value) return []
    const part = wanted.value.toLowerCase()
    const fits = (it: Member) =>
      [it.user.username, it.user.nickname ?? ''].some((name) => name.toLowerCase().includes(part))
    return members()
      .filter((it) => it.user.user_id !== me && MENTIONABLE.test(it.user.username) && fits(it))
      .slice(0, 7)
  })

  function step(by: number): void {
    const count = found.value.length
    chosen.value = (Math.min(chosen.value, count - 1) + by + count) % count
  }

  /** Puts the name in; says where the caret belongs afterwards. */
  function take(index = chosen.value): number | null {
    const member = found.value[Math.min(index, found.value.length - 1)]
    if (!member || wanted.value === null) return null
    const from = caret.value - wanted.value.length
    const name = `${member.user.username} `
    const rest = text.value.slice(caret.value).replace(/^ /, '')
    text.value = text.value.slice(0, from) + name + rest
    chosen.value = 0
    return from + name.length
  }

  function dismiss(): void {
    dismissed.value = text.value
  }

  return { found, chosen, step, take, dismiss }
}
