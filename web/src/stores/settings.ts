// How this browser's person wants the page: kept here, and followed by the other tabs.
import { defineStore } from 'pinia'
import { computed, ref, watch, type Ref } from 'vue'

export type Language = 'zh-Hant' | 'zh-Hans' | 'ko' | 'ja' | 'en'
export const LANGUAGES: readonly Language[] = ['zh-Hant', 'zh-Hans', 'ko', 'ja', 'en']
export type Theme = 'system' | 'light' | 'dark'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

type Permission = NotificationPermission | 'unsupported'

export const useSettings = defineStore('settings', () => {
  const language = kept<Language | null>('parlor.language', null, (it) => known(LANGUAGES, it))
  const theme = kept<Theme>('parlor.theme', 'system', (it) => known(THEMES, it))
  const wantsNotifications = kept<'yes' | 'no'>('parlor.notifications', 'no', (it) =>
    known(['yes', 'no'], it),
  )
  const notificationPermission = ref<Permission>(permission())

  const night = matchMedia('(prefers-color-scheme: dark)')
  const isNight = ref(night.matches)
  night.addEventListener('change', () => (isNight.value = night.matches))

  const effectiveLanguage = computed(() => language.value ?? spoken(navigator.languages))
  const effectiveTheme = computed(() => {
    if (theme.value !== 'system') return theme.value
    return isNight.value ? 'dark' : 'light'
  })
  const notifications = computed(
    () => wantsNotifications.value === 'yes' && notificationPermission.value === 'granted',
  )

  /** Whether there will be notifications; from a click, as browsers want it. */
  async function setNotifications(wanted: boolean): Promise<boolean> {
    if (wanted && notificationPermission.value === 'default') {
      notificationPermission.value = await Notification.requestPermission()
    }
    wantsNotifications.value = wanted ? 'yes' : 'no'
    return notifications.value
  }

  return {
    language,
    effectiveLanguage,
    theme,
    effectiveTheme,
    notifications,
    notificationPermission,
    setNotifications,
  }
})

/** The first of a person's languages that we speak, else English. */
export function spoken(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const { language, script } = new Intl.Locale(tag).maximize()
    if (language === 'zh') return script === 'Hant' ? 'zh-Hant' : 'zh-Hans'
    const same = LANGUAGES.find((it) => it === language)
    if (same) return same
  }
  return 'en'
}

function known<T extends string>(values: readonly T[], text: string | null): T | undefined {
  return values.find((it) => it === text)
}

function permission(): Permission {
  return 'Notification' in window ? Notification.permission : 'unsupported'
}

function kept<T extends string | null>(
  key: string,
  fallback: T,
  read: (text: string | null) => T | undefined,
): Ref<T> {
  const value = ref(read(localStorage.getItem(key)) ?? fallback) as Ref<T>
  watch(value, (now) => {
    if (now === null) localStorage.removeItem(key)
    else localStorage.setItem(key, now)
  })
  addEventListener('storage', (event) => {
    if (event.key === key) value.value = read(event.newValue) ?? fallback
  })
  return value
}
