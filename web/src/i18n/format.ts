/** Times, dates and sizes in the current language. */
import { i18n, currentLanguage } from './index'

const formats = new Map<string, Intl.DateTimeFormat>()

function formatter(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${currentLanguage()} ${key}`
  let made = formats.get(name)
  if (!made) formats.set(name, (made = new Intl.DateTimeFormat(local(), options)))
  return made
}

/** The browser's own variety of the language, which knows whether a day has 12 or 24 hours. */
function local(): string {
  const [language] = currentLanguage().split('-')
  return navigator.languages.find((it) => it.split('-')[0] === language) ?? currentLanguage()
}

/** 14:05, or 2:05 in the afternoon where people count to twelve. */
export function formatClock(at: string): string {
  return formatter('clock', { timeStyle: 'short' }).format(new Date(at))
}

/** Saturday, 21 November 2026 14:05 */
export function formatMoment(at: string): string {
  return formatter('moment', { dateStyle: 'full', timeStyle: 'short' }).format(new Date(at))
}

/** Today, Yesterday, or the day. */
export function formatDay(at: string, now: Date = new Date()): string {
  const then = new Date(at)
  if (isSameDay(then, now)) return i18n.global.t('message.today')
  if (isSameDay(then, daysBefore(now, 1))) return i18n.global.t('message.yesterday')
  const near = then.getFullYear() === now.getFullYear()
  return near
    ? formatter('day', { weekday: 'long', month: 'long', day: 'numeric' }).format(then)
    : formatter('year', { year: 'numeric', month: 'long', day: 'numeric' }).format(then)
}

/** For lists: the time today, else the day, as short as it can be told apart. */
export function formatBrief(at: string, now: Date = new Date()): string {
  const then = new Date(at)
  if (isSameDay(then, now)) return formatClock(at)
  if (isSameDay(then, daysBefore(now, 1))) return i18n.global.t('message.yesterday')
  if (then > daysBefore(now, 6)) return formatter('weekday', { weekday: 'short' }).format(then)
  return formatter('date', { year: '2-digit', month: 'numeric', day: 'numeric' }).format(then)
}

/** "5 minutes ago", "yesterday". */
export function formatAgo(at: string, now: Date = new Date()): string {
  const seconds = Math.round((new Date(at).getTime() - now.getTime()) / 1000)
  if (seconds > -60) return i18n.global.t('time.justNow')
  const words = new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto' })
  if (seconds > -3600) return words.format(Math.trunc(seconds / 60), 'minute')
  if (seconds > -86_400) return words.format(Math.trunc(seconds / 3600), 'hour')
  if (seconds > -30 * 86_400) return words.format(Math.trunc(seconds / 86_400), 'day')
  return formatter('date', { year: '2-digit', month: 'numeric', day: 'numeric' }).format(new Date(at))
}

export function isSameDay(one: Date, two: Date): boolean {
  return one.getFullYear() === two.getFullYear() && one.getMonth() === two.getMonth() && one.getDate() === two.getDate()
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days)
}

/** 9.1 MB */
export function formatBytes(size: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(size, 1)) / 3))
  return new Intl.NumberFormat(currentLanguage(), {
    style: 'unit',
    unit: units[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: size / 1000 ** step < 10 && step > 0 ? 1 : 0,
  }).format(size / 1000 ** step)
}

/** 1:05 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '0:00'
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
