/** The names of emoji in the language of the page, the usual name first. */
import type { Language } from '@/stores'

export type EmojiNames = Record<string, string[]>

const OTHERS: Record<Exclude<Language, 'en'>, () => Promise<{ default: EmojiNames }>> = {
  'zh-Hant': () => import('emoji-names:zh-hant'),
  'zh-Hans': () => import('emoji-names:zh'),
  ko: () => import('emoji-names:ko'),
  ja: () => import('emoji-names:ja'),
}

/** In English they are with the emoji themselves. Without a connection that is all there is. */
export async function loadEmojiNames(language: string): Promise<EmojiNames> {
  if (!isOther(language)) return {}
  return await OTHERS[language]().then(
    (it) => it.default,
    () => ({}),
  )
}

function isOther(language: string): language is keyof typeof OTHERS {
  return language in OTHERS
}
