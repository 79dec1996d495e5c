/** An open conversation: who you are there, what you may do, and what the rows ask it to do. */
import { inject, provide, type InjectionKey, type Ref } from 'vue'

import type { Attachment, Author, Message, Row, UserId } from '@/parlor'

export interface Point {
  x: number
  y: number
}

export interface Conversation {
  readonly me: { id: UserId; username: string }
  /** Lower-case usernames of members: only these are shown as mentions. */
  readonly usernames: Readonly<Ref<ReadonlySet<string>>>
  /** Whether anything may be said here. */
  readonly mayWrite: Readonly<Ref<boolean>>
  readonly mayPin: Readonly<Ref<boolean>>
  readonly replyTo: Readonly<Ref<Message | null>>
  readonly editing: Readonly<Ref<Message | null>>
  reply(message: Message): void
  edit(row: Row): void
  /** The next message is a new one: it answers nothing, and edits nothing. */
  clearReplyAndEdit(): void
  remove(row: Row): Promise<void>
  toggleReaction(row: Row, emoji: string, mine: boolean): void
  openEmojiPicker(row: Row, at: Point): void
  openMenu(row: Row, at: Point): void
  viewFile(file: Attachment): void
  openProfile(user: Author): void
  jumpTo(seq: number): void
  retry(row: Row): void
  discard(row: Row): void
}

const KEY: InjectionKey<Conversation> = Symbol('conversation')

export function provideConversation(conversation: Conversation): void {
  provide(KEY, conversation)
}

export function useConversation(): Conversation {
  const conversation = inject(KEY)
  if (!conversation) throw new Error('messages are shown inside a conversation')
  return conversation
}
