/** What emoji are called in the language that is spoken, the usual name first. */
import type { Language } from '@/stores'

export type Names = Record<string, string[]>

const OTHERS: Record<Exclude<Language, 'en'>, () => Promise<{ default: Names }>> = {
  'zh-Hant': () => import('emoji-words:zh-hant'),
  'zh-Hans': () => import('emoji-words:zh'),
  ko: () => import('emoji-words:ko'),
  ja: () => import('emoji-words:ja'),
}

/** In English they are with the emoji themselves. Without a connection that is all there is. */
export async function namesIn(language: string): Promise<Names> {
  if (!isOther(language)) return {}
  return await OTHERS[language]().then(
    (it) => it.default,
    () => ({}),
  )
}

function isOther(language: string): language is keyof typeof OTHERS {
  return language in OTHERS
}
