/** What can be done with the messages of one room, handed down from the conversation to its rows. */
import { inject, provide, type InjectionKey, type Ref } from 'vue'

import type { Attachment, Author, Message, Row, UserId } from '@/parlor'

export interface Point {
  x: number
  y: number
}

export interface Desk {
  readonly me: { id: UserId; username: string }
  /** Lower-case usernames of members: only these are shown as mentions. */
  readonly names: Readonly<Ref<ReadonlySet<string>>>
  /** Whether anything may be said here. */
  readonly mayWrite: Readonly<Ref<boolean>>
  readonly mayPin: Readonly<Ref<boolean>>
  readonly replyTo: Readonly<Ref<Message | null>>
  readonly editing: Readonly<Ref<Message | null>>
  reply(row: Row): void
  answer(message: Message): void
  edit(row: Row): void
  /** Neither answers nor edits any more. */
  plain(): void
  remove(row: Row): Promise<void>
  toggle(row: Row, emoji: string, mine: boolean): void
  react(row: Row, at: Point): void
  menu(row: Row, at: Point): void
  view(file: Attachment): void
  profile(user: Author): void
  jump(seq: number): void
  retry(row: Row): void
  discard(row: Row): void
  cancel(row: Row): void
}

const KEY: InjectionKey<Desk> = Symbol('desk')

export function provideDesk(desk: Desk): void {
  provide(KEY, desk)
}

export function useDesk(): Desk {
  const desk = inject(KEY)
  if (!desk) throw new Error('messages are shown inside a conversation')
  return desk
}
