// The settings of the page in this browser. Its other tabs follow them.
import { defineStore } from 'pinia'
import { computed, ref, watch, type Ref } from 'vue'

export type Language = 'zh-Hant' | 'zh-Hans' | 'ko' | 'ja' | 'en'
export const LANGUAGES: readonly Language[] = ['zh-Hant', 'zh-Hans', 'ko', 'ja', 'en']
export type Theme = 'system' | 'light' | 'dark'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

type Permission = NotificationPermission | 'unsupported'

export const useSettings = defineStore('settings', () => {
  const language = storedRef<Language | null>('parlor.language', null, (it) => oneOf(LANGUAGES, it))
  const theme = storedRef<Theme>('parlor.theme', 'system', (it) => oneOf(THEMES, it))
  const wantsNotifications = storedRef<'yes' | 'no'>('parlor.notifications', 'no', (it) =>
    oneOf(['yes', 'no'], it),
  )
  const notificationPermission = ref<Permission>(permission())

  const darkQuery = matchMedia('(prefers-color-scheme: dark)')
  const prefersDark = ref(darkQuery.matches)
  darkQuery.addEventListener('change', () => (prefersDark.value = darkQuery.matches))

  const effectiveLanguage = computed(() => language.value ?? preferredLanguage(navigator.languages))
  const effectiveTheme = computed(() => {
    if (theme.value !== 'system') return theme.value
    return prefersDark.value ? 'dark' : 'light'
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
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const { language, script } = new Intl.Locale(tag).maximize()
    if (language === 'zh') return script === 'Hant' ? 'zh-Hant' : 'zh-Hans'
    const same = LANGUAGES.find((it) => it === language)
    if (same) return same
  }
  return 'en'
}

function oneOf<T extends string>(values: readonly T[], text: string | null): T | undefined {
  return values.find((it) => it === text)
}

function permission(): Permission {
  return 'Notification' in window ? Notification.permission : 'unsupported'
}

function storedRef<T extends string | null>(
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
