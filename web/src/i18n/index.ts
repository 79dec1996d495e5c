/** The five languages. English is in the first load as the fallback; the others come when asked for. */
import { createI18n } from 'vue-i18n'

import type { Language } from '@/stores'

import en from './locales/en.json'

/** What each language calls itself. */
export const ENDONYMS: Record<Language, string> = {
  'zh-Hant': '繁體中文',
  'zh-Hans': '简体中文',
  ko: '한국어',
  ja: '日本語',
  en: 'English',
}

type Messages = typeof en

const OTHERS: Record<Exclude<Language, 'en'>, () => Promise<{ default: Messages }>> = {
  'zh-Hant': () => import('./locales/zh-Hant.json'),
  'zh-Hans': () => import('./locales/zh-Hans.json'),
  ko: () => import('./locales/ko.json'),
  ja: () => import('./locales/ja.json'),
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en } as Record<string, Messages>,
})

/** The language of the page, for dates and numbers. */
export function currentLanguage(): string {
  return i18n.global.locale.value
}

export async function setLanguage(language: Language): Promise<void> {
  if (language !== 'en' && !i18n.global.availableLocales.includes(language)) {
    i18n.global.setLocaleMessage(language, (await OTHERS[language]()).default)
  }
  i18n.global.locale.value = language
  document.documentElement.lang = language
}
