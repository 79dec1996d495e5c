/** Refusals in your language. The server's own messages are English, so its codes are translated. */
import { Problem } from '@/parlor'

import { i18n } from './index'

export function describeProblem(problem: unknown): string {
  const { t, te } = i18n.global
  if (!(problem instanceof Problem)) return t('error.unknown')
  if (problem.code === 'rate_limited') return t('error.rate_limited', { n: Math.ceil(problem.retryAfter ?? 1) })
  const [first] = problem.fields
  if (first?.loc.at(-1) === 'file' && /empty/.test(first.msg)) return t('file.empty', { name: t('rooms.file') })
  if (first) return describeField(first.msg)
  const key = `error.${problem.code}`
  return te(key, 'en') ? t(key) : t('error.unknown')
}

/** What is wrong with one field, if the refusal was about it. */
export function describeFieldProblem(problem: unknown, field: string): string | null {
  if (!(problem instanceof Problem)) return null
  const found = problem.fields.find((it) => it.loc.at(-1) === field)
  return found ? describeField(found.msg) : null
}

function describeField(words: string): string {
  const { t } = i18n.global
  const number = /(\d+) characters/.exec(words)?.[1]
  if (/empty|required|missing/i.test(words)) return t('sign.missing')
  if (number && /least/.test(words)) return t('error.tooShort', { n: number })
  if (number && /most/.test(words)) return t('error.tooLong', { n: number })
  if (/control/.test(words)) return t('error.control')
  if (/mail|@/.test(words)) return t('error.emailBad')
  return t('error.validation_failed')
}
