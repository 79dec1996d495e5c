// The Socket.IO vocabulary: what each event carries, and what its acknowledgement answers.
import type {
  Cursor,
  Limits,
  Me,
  Member,
  Message,
  MessageId,
  MessageType,
  Page,
  Presence,
  Reaction,
  Receipts,
  Relation,
  Role,
  Room,
  RoomCard,
  RoomId,
  RoomSettings,
  Server,
  ServerCard,
  ServerId,
  ServerMember,
  User,
  UserId,
} from './types'

/** How far each room has got when a connection begins. */
export interface Head {
  chatroom_id: RoomId
  last_seq: number
  rev: number
  unread_count: number
  mention_count: number
  last_read_seq: number
}

export interface Ready {
  session_id: string
  user: Me
  user_rev: number
  /** As your own devices see it, even if nobody else does. */
  presence: Presence
  server_time: string
  /** Reading marks and names are as they were at the `since` that the client named. */
  since: string | null
  limits: Limits
  rooms: Head[]
}

/** What changed in one room since the `rev` that was asked for. */
export interface RoomChanges {
  chatroom_id: RoomId
  chatroom: Room
  messages: Message[]
  /** All members, when there was a change among them and they are not too many. */
  members?: Member[]
  /** Of those who let them be seen, when one may have moved. */
  cursors: Cursor[]
  /** Up to here these changes go. */
  rev: number
  has_more: boolean
  /** What you have of this room is too old to be completed: forget it. */
  reset: boolean
}

export interface Changes {
  rooms: RoomChanges[]
  removed: RoomId[]
  /** What is your own, if it changed. */
  user?: Me & {
    friends: Relation[]
    requests: Relation[]
    blocks: User[]
    /** Of the rooms whose settings you changed; the others have the default settings. */
    settings: { chatroom_id: RoomId; settings: RoomSettings }[]
  }
  /** Others who have another name now. */
  people: User[]
  /** From which moment to go on next time. */
  since: string
  /** There is more; ask again at once. */
  has_more: boolean
}

export interface EventError {
  code: string
  message: string
  status: number
  retry_after?: number
  details?: unknown
}

export type Ack<T> = { ok: true; data: T } | { ok: false; error: EventError }

interface ReactionChange {
  message_id: MessageId
  chatroom_id: RoomId
  emoji: string
  user_id: UserId
  reactions: Reaction[]
  rev: number
}

interface Membership {
  chatroom_id: RoomId
  user_id: UserId
  rev: number
}

interface ServerMembership {
  server_id: ServerId
  user_id: UserId
  member_count: number
}

interface Friendship {
  relation: Relation
  user: User
}

/** What the server reports. */
export interface ServerEvents {
  'session:ready': Ready
  /** More was said than is allowed, again and again; the connection ends. */
  'session:closing': { reason: 'rate_limited' }
  heads: { rooms: Record<RoomId, number>; user_rev?: number }
  'auth:expiring': { expires_at: string }
  'auth:revoked': { reason: string }
  'server:restarting': { reconnect_after_ms: number }
  'message:created': { message: Message; rev: number }
  'message:updated': { message: Message; rev: number }
  'message:deleted': { message_id: MessageId; chatroom_id: RoomId; seq: number; rev: number }
  'reaction:added': ReactionChange
  'reaction:removed': ReactionChange
  /** The members whose cursors rose, and where they are now: at most once a second. */
  'room:marks': {
    chatroom_id: RoomId
    marks: { user_id: UserId; last_read_seq: number; last_delivered_seq: number }[]
  }
  'room:unread': {
    chatroom_id: RoomId
    unread_count: number
    mention_count?: number
    last_read_seq: number
  }
  'room:settings_changed': { chatroom_id: RoomId; settings: RoomSettings; user_rev: number }
  'room:created': { chatroom: RoomCard; rev: number }
  /** `roles`: who has another one now. */
  'room:updated': {
    chatroom: RoomCard
    roles?: { user_id: UserId; role: Role }[]
    rev: number
  }
  'room:deleted': { chatroom: { chatroom_id: RoomId }; rev: number }
  'room:member_joined': Membership & { member: Member }
  'room:member_left': Membership
  /** They let it be seen how far they have got; null: they do so no more. */
  'room:cursor_changed': {
    chatroom_id: RoomId
    user_id: UserId
    last_read_seq: number | null
    last_delivered_seq: number | null
  }
  'typing:changed': { chatroom_id: RoomId; users: { user_id: UserId; expires_at: string }[] }
  'friend:requested': Friendship
  'friend:accepted': Friendship
  'friend:cancelled': Friendship
  'friend:removed': Friendship
  'user:blocked': { user: User }
  'user:unblocked': { user: User }
  /** About you, all that there is. */
  'user:updated': { user: User | Me }
  'presence:changed': { presences: Presence[] }
  'server:created': { server: Server }
  'server:updated': { server: ServerCard }
  'server:deleted': { server: { server_id: ServerId } }
  'server:member_joined': ServerMembership & { member: ServerMember }
  'server:member_left': ServerMembership
  'server:member_updated': { server_id: ServerId; user_id: UserId; role: Role }
  error: { event: string; error: EventError }
}

type InRoom = { chatroom_id: RoomId }
type OfMessage = { message_id: MessageId }
type WithUser = { user_id: UserId }

/** What a client may ask: payload and answer of each event. */
export interface ClientEvents {
  sync: [
    { user_rev?: number; rooms: Record<RoomId, number>; since?: string; limit?: number },
    Changes,
  ]
  'auth:refresh': [{ token: string }, { expires_at: string }]
  'message:send': [
    InRoom & {
      client_msg_id?: string
      message_type?: MessageType
      content?: string
      attachment_ids?: string[]
      media_url?: string
      reply_to_id?: MessageId
    },
    { message: Message; duplicate: boolean },
  ]
  'message:edit': [OfMessage & { content: string }, { message: Message }]
  'message:delete': [OfMessage, { message_id: MessageId; rev: number }]
  'message:list': [
    InRoom & { before_seq?: number; after_seq?: number; around_seq?: number; limit?: number },
    Page,
  ]
  'message:read': [InRoom & { seq?: number }, { last_read_seq: number; unread_count: number }]
  'message:unread': [InRoom & { seq: number }, { last_read_seq: number; unread_count: number }]
  'message:delivered': [InRoom & { seq: number }, { last_delivered_seq: number }]
  'message:receipts': [OfMessage, Receipts]
  'message:search': [
    {
      query: string
      chatroom_id?: RoomId
      sender_id?: UserId
      before?: string
      after?: string
      has_file?: boolean
      cursor?: string
      limit?: number
    },
    { messages: Message[]; next: string | null },
  ]
  'message:forward': [
    OfMessage & InRoom & { client_msg_id?: string },
    { message: Message; duplicate: boolean },
  ]
  'reaction:add': [OfMessage & { emoji: string }, { reactions: Reaction[] }]
  'reaction:remove': [OfMessage & { emoji: string }, { reactions: Reaction[] }]
  'message:pin': [OfMessage, { message: Message }]
  'message:unpin': [OfMessage, { message: Message }]
  'typing:start': [InRoom, object]
  'typing:stop': [InRoom, object]
  'room:create': [
    { kind: 'direct' | 'group'; user_ids: UserId[]; chatroom_name?: string },
    { chatroom: Room; created: boolean },
  ]
  'room:update': [
    InRoom & { chatroom_name?: string; description?: string; user_id?: UserId; role?: Role },
    { chatroom: Room },
  ]
  'room:add_members': [InRoom & { user_ids: UserId[] }, { chatroom: Room }]
  'room:remove_member': [InRoom & WithUser, { chatroom: Room }]
  'room:leave': [InRoom, { chatroom: { chatroom_id: RoomId } }]
  'room:settings': [
    InRoom & {
      muted_until?: string | null
      pinned?: boolean
      hidden?: boolean
      marked_unread?: boolean
      /** Deletes a direct room for you: the messages up to here. */
      cleared_seq?: number
    },
    { settings: RoomSettings },
  ]
  'room:draft': [InRoom & { text: string }, { settings: RoomSettings }]
  'friend:request': [{ user_id: UserId }, { relation: Relation }]
  'friend:accept': [WithUser, { relation: Relation }]
  'friend:reject': [WithUser, { relation: Relation }]
  'friend:cancel': [WithUser, { relation: Relation }]
  'friend:remove': [WithUser, { relation: Relation }]
  'user:block': [WithUser, object]
  'user:unblock': [WithUser, object]
  'presence:set': [{ state: Presence['state']; status_text?: string }, { presence: Presence }]
  'presence:subscribe': [{ user_ids: UserId[] }, { presences: Presence[] }]
  'presence:unsubscribe': [{ user_ids: UserId[] }, { presences: Presence[] }]
}

export type Payload<E extends keyof ClientEvents> = ClientEvents[E][0]
export type Answer<E extends keyof ClientEvents> = ClientEvents[E][1]

/** Every event that this library passes on. */
export const SERVER_EVENTS: readonly (keyof ServerEvents)[] = [
  'session:ready',
  'session:closing',
  'heads',
  'auth:expiring',
  'auth:revoked',
  'server:restarting',
  'message:created',
  'message:updated',
  'message:deleted',
  'reaction:added',
  'reaction:removed',
  'room:marks',
  'room:unread',
  'room:settings_changed',
  'room:created',
  'room:updated',
  'room:deleted',
  'room:member_joined',
  'room:member_left',
  'room:cursor_changed',
  'typing:changed',
  'friend:requested',
  'friend:accepted',
  'friend:cancelled',
  'friend:removed',
  'user:blocked',
  'user:unblocked',
  'user:updated',
  'presence:changed',
  'server:created',
  'server:updated',
  'server:deleted',
  'server:member_joined',
  'server:member_left',
  'server:member_updated',
  'error',
]
