// Does not compile when `types.ts` and the server's own document disagree: on what there is, or
// on what may be in it. Ours says more, such as which words a text can be; never less.
import type { ClientEvents } from './events'
import type { components as EventSchema } from './eventSchema'
import type { components } from './schema'
import type * as Ours from './types'

type Theirs = components['schemas']

type Items<N extends keyof Theirs> = Theirs[N] extends { items: (infer I)[] } ? I : never

/** `true`, or the names that only one of them knows. */
type Agreed<O extends T, T> = [Exclude<keyof T, keyof O> | Exclude<keyof O, keyof T>] extends [
  never,
]
  ? true
  : Exclude<keyof T, keyof O> | Exclude<keyof O, keyof T>

/** What is not `true` here is what the two disagree on. */
export type Conformity = [
  Agreed<Ours.Author, Theirs['native.Author']>,
  Agreed<Ours.User, Theirs['native.User']>,
  Agreed<Ours.Profile, Theirs['native.Person']>,
  Agreed<Ours.Me, Theirs['native.Me']>,
  Agreed<Ours.Attachment, Theirs['native.File']>,
  Agreed<Ours.Reply, Theirs['native.Quote']>,
  Agreed<Ours.Reaction, Theirs['native.Reaction']>,
  Agreed<Ours.Message, Theirs['native.Message']>,
  Agreed<Ours.RoomSettings, Theirs['native.RoomSettings']>,
  Agreed<Ours.RoomCard, Theirs['native.Room']>,
  Agreed<Ours.Room, Theirs['native.RoomItem']>,
  Agreed<Ours.Cursor, Theirs['native.ReadingCursor']>,
  Agreed<Ours.RoomBan, Items<'native.List_native.RoomBan'>>,
  Agreed<Ours.Member, Theirs['native.Member']>,
  Agreed<Ours.Relation, Theirs['native.Relation']>,
  Agreed<Ours.Presence, Items<'native.List_native.Presence'>>,
  Agreed<Ours.DeviceSession, Items<'native.List_native.Session'>>,
  Agreed<Ours.ServerCard, Theirs['native.Server']>,
  Agreed<Ours.Server, Theirs['native.ServerItem']>,
  Agreed<Ours.ServerMember, Theirs['native.ServerMember']>,
  Agreed<Ours.ServerBan, Theirs['native.Ban']>,
  Agreed<Ours.Invite, Theirs['native.Invite']>,
  Agreed<Ours.Receipts, Theirs['native.Receipts']>,
  Agreed<Ours.Edit, Items<'native.List_native.Version'>>,
  Agreed<Ours.Tokens, Theirs['native.Tokens']>,
  Agreed<Ours.Page, Theirs['native.Page']>,
]

export const AGREED: Conformity = [
  true, true, true, true, true, true, true, true, true, true, true, true,
  true, true, true, true, true, true, true, true, true, true, true, true, true, true,
]

/** The events that a client may send, as the server lists them. */
type Events = EventSchema['schemas']
type Names = Exclude<keyof Events, `${string} answered` | `native.${string}`>

/** `never`, or the names that only one of them knows. */
type Apart<A, B> = Exclude<A, B> | Exclude<B, A>

/** What we send may say less than the server takes, and nothing that it does not take. */
type Untaken = {
  [E in keyof ClientEvents]: Exclude<Keys<ClientEvents[E][0]>, Keys<Events[E]>>
}[keyof ClientEvents]
type Keys<T> = T extends T ? keyof T : never

export const EVENTS_AGREED: [Apart<keyof ClientEvents, Names>, Untaken] extends [never, never]
  ? true
  : [Apart<keyof ClientEvents, Names>, Untaken] = true
