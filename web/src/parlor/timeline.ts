// The messages of one room that are in memory: one unbroken stretch of its history, by `seq`.
//
// Messages are never changed, only replaced, so that two can be compared by identity.
import { excerpt } from './text'
import type { Author, Message, MessageId, Page, Reaction } from './types'

export class Timeline {
  #messages: Message[] = []
  /** What was said up to here is not shown. */
  #cleared = 0
  /** Whether anything was loaded at all. */
  loaded = false
  hasOlder = true
  /** While there is more, what is said now is not added: it would leave a hole. */
  hasNewer = false

  get messages(): readonly Message[] {
    return this.#messages
  }

  get first(): Message | undefined {
    return this.#messages[0]
  }

  get last(): Message | undefined {
    return this.#messages.at(-1)
  }

  find(id: MessageId): Message | undefined {
    return this.#messages.find((it) => it.message_id === id)
  }

  bySeq(seq: number): Message | undefined {
    const found = this.#messages[this.#indexOf(seq)]
    return found?.seq === seq ? found : undefined
  }

  /** Forgets everything: the next page begins anew. */
  clear(): void {
    this.#messages = []
    this.loaded = false
    this.hasOlder = true
    this.hasNewer = false
  }

  /** Forgets what was said up to here, for good, in a room whose last message is known. */
  clearUpTo(seq: number, last: number): boolean {
    if (seq <= this.#cleared) return false
    this.#cleared = seq
    const messages = this.#messages.filter((it) => it.seq > seq)
    if (messages.length === this.#messages.length) return false
    this.#messages = messages
    this.hasOlder = false
    // Nothing is left to load older or newer messages from.
    if (messages.length === 0 && seq < last) this.clear()
    else if (messages.length === 0) this.hasNewer = false
    return true
  }

  /** The newest messages, because what was known is too old to be completed. */
  reset(messages: Message[]): void {
    const isWhole = messages[0]?.seq === this.#cleared + 1
    this.#messages = [...messages]
    this.loaded = messages.length > 0
    this.hasOlder = !isWhole
    this.hasNewer = false
  }

  /** A page from anywhere in the history takes the place of all. */
  replace(page: Page): void {
    // What came live while the page was on its way is not in it.
    const live = page.has_more_after || !this.loaded || this.hasNewer ? [] : this.#messages
    this.#messages = [...page.messages]
    for (const message of live) if (message.seq === (this.last?.seq ?? 0) + 1) this.#upsert(message)
    this.loaded = true
    this.hasOlder = page.has_more_before
    this.hasNewer = page.has_more_after
  }

  addOlder(page: Page): void {
    if (this.#merge(page.messages)) this.hasOlder = page.has_more_before
  }

  addNewer(page: Page): void {
    if (this.#merge(page.messages)) this.hasNewer = page.has_more_after
  }

  /** A message as it is now; `false` when it does not belong to this stretch, or is old news. */
  put(message: Message): boolean {
    if (!this.loaded) return false
    const updatedQuotes = this.#updateQuotes(message)
    return this.#putInside(message) || updatedQuotes
  }

  #putInside(message: Message): boolean {
    if (message.seq <= this.#cleared) return false
    const isBelow = message.seq > (this.last?.seq ?? 0)
    const isAbove = message.seq < (this.first?.seq ?? 0)
    if ((isBelow && this.hasNewer) || (isAbove && this.hasOlder)) return false
    return this.#upsert(message)
  }

  /** Replaces a message by what is left of it after it was deleted. */
  markDeleted(id: MessageId, rev: number, at: string): boolean {
    const message = this.find(id)
    return message ? this.put(tombstone(message, rev, at)) : false
  }

  react(id: MessageId, reactions: Reaction[], rev: number): boolean {
    const message = this.find(id)
    if (!message) return false
    return this.put({ ...message, reactions, rev: Math.max(rev, message.rev) })
  }

  /** Shown before the server has said so; whatever it says then is newer. */
  amend(id: MessageId, change: Partial<Message>): boolean {
    const index = this.#messages.findIndex((it) => it.message_id === id)
    const known = this.#messages[index]
    if (!known || known.deleted_at !== null) return false
    this.#messages = this.#messages.with(index, { ...known, ...change })
    return true
  }

  /** Somebody has another name now. */
  rename(user: Author): boolean {
    let changed = false
    this.#messages = this.#messages.map((message) => {
      const renamed = withAuthor(message, user)
      changed ||= renamed !== message
      return renamed
    })
    return changed
  }

  /**
   * A page mostly belongs before everything or after everything, and is put there whole. One that
   * does not touch this stretch was asked for when it was another.
   */
  #merge(page: Message[]): boolean {
    const [first, last] = [this.first?.seq ?? 0, this.last?.seq ?? 0]
    const [from, to] = [page[0]?.seq ?? last + 1, page.at(-1)?.seq ?? last + 1]
    if (to < first - 1 || from > last + 1) return false
    if (to < first) this.#messages = [...page, ...this.#messages]
    else if (from > last) this.#messages = [...this.#messages, ...page]
    else for (const message of page) this.#upsert(message)
    return true
  }

  #upsert(message: Message): boolean {
    const index = this.#indexOf(message.seq)
    const known = this.#messages[index]
    if (known?.seq !== message.seq) {
      // A new array, so that holders of the old one can see that something changed.
      this.#messages = [...this.#messages.slice(0, index), message, ...this.#messages.slice(index)]
      return true
    }
    if (known.rev >= message.rev || known.deleted_at !== null) return false
    this.#messages = this.#messages.with(index, message)
    return true
  }

  /** A quote shows the message as it reads now, even if that message is not loaded. */
  #updateQuotes(message: Message): boolean {
    if (message.edited_at === null && message.deleted_at === null) return false
    const [text, deleted] = [excerpt(message), message.deleted_at !== null]
    let changed = false
    this.#messages = this.#messages.map((answer) => {
      const quote = answer.reply_to
      if (quote?.message_id !== message.message_id) return answer
      if (quote.deleted || (quote.excerpt === text && !deleted)) return answer
      changed = true
      return { ...answer, reply_to: { ...quote, excerpt: text, deleted } }
    })
    return changed
  }

  /** Where this number is, or would be. */
  #indexOf(seq: number): number {
    let [low, high] = [0, this.#messages.length]
    // Nearly always it is the newest.
    if ((this.last?.seq ?? 0) < seq) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#messages[middle]?.seq ?? 0) < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}

export function tombstone(message: Message, rev: number, at: string): Message {
  return {
    ...message,
    rev: Math.max(rev, message.rev),
    content: '',
    media_url: null,
    attachments: [],
    reactions: [],
    mentions: [],
    reply_to: undefined,
    forwarded_from: undefined,
    pinned_at: null,
    edited_at: null,
    deleted_at: at,
  }
}

export function withAuthor(message: Message, { id, user_id, username, nickname, avatar_url, deleted }: Author): Message {
  const author: Author = { id, user_id, username, nickname, avatar_url, ...(deleted && { deleted }) }
  const isBy = message.sender_id === user_id
  const isFrom = message.forwarded_from?.user_id === user_id
  if (!isBy && !isFrom) return message
  return {
    ...message,
    user: isBy ? author : message.user,
    forwarded_from: isFrom ? author : message.forwarded_from,
  }
}
