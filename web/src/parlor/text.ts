// What is inside the text of a message.
import type { Message } from './types'

/** The first 120 characters, as the server quotes a message. */
export function excerpt(message: Message): string {
  return Array.from(message.content).slice(0, 120).join('')
}

export type TextPart =
  | { type: 'text'; text: string }
  | { type: 'link'; text: string; href: string }
  | { type: 'mention'; text: string; username: string }

// A link ends before the punctuation that ends a sentence, in any of our languages.
const LINK_OR_MENTION =
  /((?:https?:\/\/|mailto:)[^\s<>"'、。，！？；：「」『』（）【】《》]+)|(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_.-]+)/giu

/** The parts of a text: links that are safe to follow, mentions, and what is between them. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  const plain = (to: number) => {
    if (to > from) parts.push({ type: 'text', text: text.slice(from, to) })
  }
  for (const found of text.matchAll(LINK_OR_MENTION)) {
    const [whole, link, name] = found
    const part = link === undefined ? parseMention(whole, name ?? '') : parseLink(link)
    if (!part) continue
    plain(found.index)
    parts.push(part)
    from = found.index + part.text.length
  }
  plain(text.length)
  return parts
}

function parseMention(whole: string, name: string): TextPart | null {
  // "@ann." at the end of a sentence means ann.
  const username = name.replace(/[.-]+$/, '')
  return username && { type: 'mention', text: whole.slice(0, username.length + 1), username } || null
}

function parseLink(found: string): TextPart | null {
  const text = trimLink(found)
  const href = URL.canParse(text) ? new URL(text) : null
  const isSafe = href && ['http:', 'https:', 'mailto:'].includes(href.protocol)
  return isSafe ? { type: 'link', text, href: href.href } : null
}

/** Without closing punctuation, but with a bracket that was opened inside. */
function trimLink(link: string): string {
  for (;;) {
    const last = link.at(-1) ?? ''
    const unopened = last === ')' && link.split('(').length < link.split(')').length
    if (!unopened && !'.,;:!?*_~]}'.includes(last)) return link
    if (link.length === 0) return link
    link = link.slice(0, -1)
  }
}
