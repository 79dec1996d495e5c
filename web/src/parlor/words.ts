// How people and rooms are called, and what is inside a text.
import type { Author, Message, Room } from './types'

export function nameOf(user: Author): string {
  return user.nickname || user.username
}

/**
 * `null` for a group without a name, and for the chat with somebody whose account is deleted: what
 * to call it depends on the language.
 */
export function roomName(room: Room): string | null {
  if (room.peer) return room.peer.deleted ? null : nameOf(room.peer)
  return room.chatroom_name || null
}

export function isMuted(room: Room, now = new Date()): boolean {
  const until = room.settings.muted_until
  return until !== null && new Date(until) > now
}

/** Whether one has deleted it for oneself, and nothing was said since. */
export function isDeletedChat(room: Room): boolean {
  const { hidden, cleared_seq } = room.settings
  return room.kind === 'direct' && hidden && (cleared_seq ?? 0) >= room.last_seq
}

/** The first 120 characters, as the server quotes a message. */
export function excerpt(message: Message): string {
  return Array.from(message.content).slice(0, 120).join('')
}

export type Token =
  | { type: 'text'; text: string }
  | { type: 'link'; text: string; href: string }
  | { type: 'mention'; text: string; username: string }

// A link ends before the punctuation that ends a sentence, in any of our languages.
const TOKEN =
  /((?:https?:\/\/|mailto:)[^\s<>"'、。，！？；：「」『』（）【】《》]+)|(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_.-]+)/giu

/** A text in pieces: links that are safe to follow, names, and what is between. */
export function linkify(text: string): Token[] {
  const tokens: Token[] = []
  let from = 0
  const plain = (to: number) => {
    if (to > from) tokens.push({ type: 'text', text: text.slice(from, to) })
  }
  for (const found of text.matchAll(TOKEN)) {
    const [whole, link, name] = found
    const token = link === undefined ? mention(whole, name ?? '') : linked(link)
    if (!token) continue
    plain(found.index)
    tokens.push(token)
    from = found.index + token.text.length
  }
  plain(text.length)
  return tokens
}

function mention(whole: string, name: string): Token | null {
  // "@ann." at the end of a sentence means ann.
  const username = name.replace(/[.-]+$/, '')
  return username && { type: 'mention', text: whole.slice(0, username.length + 1), username } || null
}

function linked(found: string): Token | null {
  const text = trimmed(found)
  const href = URL.canParse(text) ? new URL(text) : null
  const isSafe = href && ['http:', 'https:', 'mailto:'].includes(href.protocol)
  return isSafe ? { type: 'link', text, href: href.href } : null
}

/** Without closing punctuation, but with a bracket that was opened inside. */
function trimmed(link: string): string {
  for (;;) {
    const last = link.at(-1) ?? ''
    const unopened = last === ')' && link.split('(').length < link.split(')').length
    if (!unopened && !'.,;:!?*_~]}'.includes(last)) return link
    if (link.length === 0) return link
    link = link.slice(0, -1)
  }
}
