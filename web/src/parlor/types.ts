// What the server says, as its JSON has it: the types of payloads, the same over REST and in
// events. Names in snake_case are the server's; what this library adds is in camelCase.

export type RoomId = string
export type UserId = number
export type MessageId = number
export type ServerId = number
export type FileId = string

export type MessageType = 'text' | 'image' | 'audio' | 'video' | 'file'
export type RoomKind = 'direct' | 'group' | 'channel' | 'public'
export type Role = 'member' | 'admin' | 'owner'

/** Somebody, as their messages name them. */
export interface Author {
  id: UserId
  user_id: UserId
  username: string
  nickname: string | null
  avatar_url: string | null
  /** The account is deleted. */
  deleted?: boolean
}

/** Somebody, as everybody sees them. */
export interface User extends Author {
  status: string | null
}

/** Somebody, close up. */
export interface Profile extends User {
  bio: string | null
}

/** You. */
export interface Me extends User {
  public_id: string
  email: string | null
  bio: string | null
  created_at: string
  updated_at: string
  rev: number
  sends_receipts: boolean
}

export interface Attachment {
  id: FileId
  url: string
  thumb_url: string | null
  name: string
  mime: string
  size: number
  width: number | null
  height: number | null
}

/** What a message answers to, as it reads now. */
export interface Reply {
  message_id: MessageId
  seq: number
  sender_id: UserId
  excerpt: string
  deleted: boolean
}

export interface Reaction {
  emoji: string
  count: number
  user_ids: UserId[]
}

export interface Message {
  message_id: MessageId
  chatroom_id: RoomId
  /** The order within its room, without holes. */
  seq: number
  /** The room's change number when this message last changed. */
  rev: number
  /** What its sender called it, if they did. */
  client_msg_id?: string
  sender_id: UserId
  user: Author
  content: string
  message_type: MessageType
  media_url: string | null
  attachments: Attachment[]
  reply_to?: Reply
  reactions: Reaction[]
  mentions: UserId[]
  forwarded_from?: Author
  pinned_at: string | null
  edited_at: string | null
  deleted_at: string | null
  read_status: 'unread' | 'delivered' | 'read'
  timestamp: string
}

/** How one member wants a room to behave; nobody else sees it. */
export interface RoomSettings {
  muted_until: string | null
  pinned_at: string | null
  hidden: boolean
  marked_unread: boolean
  /** You have deleted the messages up to here for yourself: only in a direct room. */
  cleared_seq: number
  draft: string | null
  drafted_at: string | null
}

/** A room, the same for all its members. */
export interface RoomCard {
  chatroom_id: RoomId
  chatroom_name: string | null
  kind: RoomKind
  description: string | null
  creator_id: UserId | null
  /** Of a channel. */
  server_id: ServerId | null
  /** Of a room that is there from the start, which is called in everybody's own language. */
  slug: string | null
  last_seq: number
  rev: number
  /** The `rev` at which somebody last came, went or got another role. */
  members_rev: number
  created_at: string
}

/** A room as one of its members sees it. */
export interface Room extends RoomCard {
  member_count: number
  unread_count: number
  mention_count: number
  last_message: Message | null
  /** The other person of a direct room. */
  peer: User | null
  role: Role
  last_read_seq: number
  /** Whether you are a member: a public room is shown to everybody. */
  joined: boolean
  settings: RoomSettings
}

/** How far somebody has got in a room. */
export interface Cursor {
  user_id: UserId
  last_read_seq: number
  last_delivered_seq: number
}

/** Somebody who is banned from a public room. */
export interface RoomBan {
  user: User
  banned_by: UserId
  created_at: string
}

export interface Member {
  user: User
  role: Role
  joined_at: string
  /** `null` if the member does not let others see it; so is the next. */
  last_read_seq: number | null
  last_delivered_seq: number | null
}

/** A public room, whether you have joined it or not. */
export type PublicRoom = Room

export interface Relation {
  user_id: UserId
  user: User
  state: 'none' | 'outgoing' | 'incoming' | 'friends'
  since: string | null
}

export interface Presence {
  user_id: UserId
  state: 'online' | 'idle' | 'dnd' | 'invisible' | 'offline'
  status_text: string | null
  last_seen: string | null
}

/** A device on which you are signed in. */
export interface DeviceSession {
  session_id: string
  current: boolean
  user_agent: string | null
  address: string | null
  created_at: string
  last_used_at: string
}

/** A set of channels, the same for everybody. */
export interface ServerCard {
  server_id: ServerId
  name: string
  description: string | null
  icon_url: string | null
  owner_id: UserId
  /** Whether anybody may join; else it takes an invitation. */
  is_open: boolean
  member_count: number
  created_at: string
}

/** A server as you see it. */
export interface Server extends ServerCard {
  /** `null` if you are not a member. */
  role: Role | null
}

export interface ServerMember {
  user: User
  role: Role
  joined_at: string
}

/** Somebody who may not come to a server again. */
export interface ServerBan {
  user: User
  reason: string | null
  banned_by: UserId
  created_at: string
}

/** Everybody who has its code may join. */
export interface Invite {
  code: string
  url: string
  server_id: ServerId
  creator_id: UserId
  /** `null`: as many as come. */
  max_uses: number | null
  uses: number
  /** `null`: never. */
  expires_at: string | null
  created_at: string
}

export interface Receipts {
  /** In a large room only the first. The moments are `null` when it was too long ago to say. */
  readers: { user_id: UserId; read_at: string | null }[]
  read_count: number
  /** The readers are among them. */
  delivered: { user_id: UserId; delivered_at: string | null }[]
  delivered_count: number
}

/** An earlier version of a message. */
export interface Edit {
  content: string
  written_at: string
}

export interface Limits {
  message_characters: number
  packet_bytes: number
  upload_bytes: number
  page: number
  /** Whether everybody may read what a message said before it was edited. */
  shows_edits: boolean
}

export interface Tokens {
  access_token: string
  refresh_token: string
  token_type: string
  /** Seconds. */
  expires_in: number
  user: Me
}

/** A part of a longer list; `next` goes into `?cursor=`. */
export interface List<T> {
  items: T[]
  next: string | null
}

/** A part of a room's history, oldest first. */
export interface Page {
  messages: Message[]
  has_more_before: boolean
  has_more_after: boolean
}
