/** The emoji that were used last on this device, the latest first. */
import { shallowRef } from 'vue'

const KEY = 'parlor.emoji'
const FIRST = ['👍', '❤️', '😂', '😮', '😢', '🎉']

export const recentEmoji = shallowRef<readonly string[]>(read())

export function rememberEmoji(character: string): void {
  recentEmoji.value = [character, ...recentEmoji.value.filter((it) => it !== character)].slice(0, 16)
  localStorage.setItem(KEY, JSON.stringify(recentEmoji.value))
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    const signs = Array.isArray(kept) ? kept.filter((it) => typeof it === 'string') : []
    return [...new Set([...signs, ...FIRST])].slice(0, 16)
  } catch {
    return FIRST
  }
}
