import { beforeEach, describe, expect, it } from 'vitest'

import { State } from './state'
import type { Message, Room, User } from './types'

const ANN: User = {
  id: 1,
  user_id: 1,
  username: 'ann',
  nickname: null,
  avatar_url: null,
  status: null,
}
const BOB: User = { ...ANN, id: 2, user_id: 2, username: 'bob' }
const ROOM: Room = {
  chatroom_id: 'r',
  chatroom_name: 'kitchen',
  kind: 'group',
  description: null,
  creator_id: 1,
  server_id: null,
  slug: null,
  last_seq: 0,
  rev: 1,
  members_rev: 1,
  created_at: '2026-11-20T00:00:00.000Z',
  member_count: 2,
  unread_count: 0,
  mention_count: 0,
  last_message: null,
  peer: null,
  role: 'member',
  last_read_seq: 0,
  joined: true,
  settings: {
    muted_until: null,
    pinned_at: null,
    hidden: false,
    marked_unread: false,
    cleared_seq: 0,
    draft: null,
    drafted_at: null,
  },
}

function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    message_id: 100 + seq,
    chatroom_id: 'r',
    seq,
    rev: seq + 1,
    sender_id: 2,
    user: BOB,
    content: `word ${seq}`,
    message_type: 'text',
    media_url: null,
    attachments: [],
    reactions: [],
    mentions: [],
    pinned_at: null,
    edited_at: null,
    deleted_at: null,
    read_status: 'unread',
    timestamp: '2026-11-20T00:00:01.000Z',
    ...change,
  }
}

let state = new State()

beforeEach(() => {
  state = new State()
  state.setMe({
    ...ANN,
    public_id: 'p',
    email: null,
    bio: null,
    created_at: '',
    updated_at: '',
    rev: 1,
    sends_receipts: true,
  })
  state.setRooms([ROOM])
  state.timeline('r').replace({ messages: [], has_more_before: false, has_more_after: false })
})

function hear(seq: number, change: Partial<Message> = {}): unknown {
  const said = message(seq, change)
  return state.apply('message:created', { message: said, rev: said.rev })
}

function room(): Room {
  return state.rooms.get('r') ?? ROOM
}

function said(): string[] {
  return state.timeline('r').messages.map((it) => it.content)
}

describe('what is heard', () => {
  it('is taken in one after the other, and counted', () => {
    expect(hear(1)).toBeNull()
    expect(hear(2, { mentions: [1] })).toBeNull()
    expect(hear(3, { sender_id: 1, user: ANN })).toBeNull()
    expect(said()).toEqual(['word 1', 'word 2', 'word 3'])
    expect(room()).toMatchObject({ rev: 4, last_seq: 3, unread_count: 2, mention_count: 1 })
  })

  it('twice changes nothing the second time', () => {
    hear(1)
    const before = state.timeline('r').messages
    expect(hear(1)).toBeNull()
    expect(state.timeline('r').messages).toBe(before)
    expect(room().unread_count).toBe(1)
  })

  it('shows a gap, which stays until it is filled', () => {
    hear(1)
    expect(hear(3)).toEqual({ room: 'r' })
    expect(room().rev).toBe(2)
    expect(hear(4)).toEqual({ room: 'r' })
    state.applyChanges({
      rooms: [
        {
          chatroom_id: 'r',
          chatroom: { ...ROOM, rev: 5, last_seq: 4, unread_count: 4 },
          messages: [message(2), message(3), message(4)],
          cursors: [],
          rev: 5,
          has_more: false,
          reset: false,
        },
      ],
      removed: [],
      people: [],
      since: 'now',
      has_more: false,
    })
    expect(said()).toEqual(['word 1', 'word 2', 'word 3', 'word 4'])
    expect(room()).toMatchObject({ rev: 5, unread_count: 4 })
    expect(hear(5)).toBeNull()
  })

  it('is kept when a room begins anew that was not known when the server was asked', () => {
    const anew = (rev: number) => ({
      rooms: [
        { chatroom_id: 'r', chatroom: { ...ROOM, rev }, messages: [], cursors: [], rev, has_more: false, reset: true },
      ],
      removed: [],
      people: [],
      since: 'now',
      has_more: false,
    })
    hear(1)
    state.applyChanges(anew(1), {})
    expect(said()).toEqual(['word 1'])
    expect(room().rev).toBe(2)
    // It is from an earlier state of the server, which was put back.
    state.applyChanges(anew(1), { r: 2 })
    expect(said()).toEqual([])
    expect(room().rev).toBe(1)
  })

  it('in a room that is not known yet is a gap, too', () => {
    expect(hear(1, { chatroom_id: 'other' })).toEqual({ room: 'other' })
  })

  it('of an edit and a deletion reaches those who quote', () => {
    hear(1)
    const quote = { message_id: 101, seq: 1, sender_id: 2, excerpt: 'word 1', deleted: false }
    hear(2, { reply_to: quote })
    const edited = message(1, { rev: 4, content: 'other', edited_at: 'then' })
    expect(state.apply('message:updated', { message: edited, rev: 4 })).toBeNull()
    expect(said()).toEqual(['other', 'word 2'])
    expect(state.timeline('r').messages[1]?.reply_to?.excerpt).toBe('other')
    const gone = { message_id: 101, chatroom_id: 'r', seq: 1, rev: 5 }
    expect(state.apply('message:deleted', gone)).toBeNull()
    expect(said()).toEqual(['', 'word 2'])
    expect(state.timeline('r').messages[1]?.reply_to).toMatchObject({ excerpt: '', deleted: true })
    expect(room().unread_count).toBe(1)
    // An older edit that comes late does not bring it back.
    state.apply('message:updated', { message: edited, rev: 4 })
    expect(said()).toEqual(['', 'word 2'])
  })

  it('of a new name is shown everywhere', () => {
    hear(1)
    state.setMembers('r', [
      { user: BOB, role: 'member', joined_at: '', last_read_seq: 0, last_delivered_seq: 0 },
    ])
    state.apply('user:updated', { user: { ...BOB, nickname: 'Bobby' } })
    expect(state.timeline('r').messages[0]?.user.nickname).toBe('Bobby')
    expect(state.members.get('r')?.get(2)?.user.nickname).toBe('Bobby')
    expect(room().last_message?.user.nickname).toBe('Bobby')
  })

  it('of reading marks only ever rises', () => {
    state.setMembers('r', [
      { user: BOB, role: 'member', joined_at: '', last_read_seq: 5, last_delivered_seq: 6 },
    ])
    const mark = { user_id: 2, last_read_seq: 3, last_delivered_seq: 7 }
    state.apply('room:marks', { chatroom_id: 'r', marks: [mark] })
    expect(state.members.get('r')?.get(2)).toMatchObject({ last_read_seq: 5, last_delivered_seq: 7 })
    const later = { user_id: 2, last_read_seq: 8, last_delivered_seq: 8 }
    state.apply('room:marks', { chatroom_id: 'r', marks: [later] })
    const member = state.members.get('r')?.get(2)
    expect(member).toMatchObject({ last_read_seq: 8, last_delivered_seq: 8 })
  })

  it('of reading marks that are not shown any more takes them away', () => {
    state.setMembers('r', [
      { user: BOB, role: 'member', joined_at: '', last_read_seq: 5, last_delivered_seq: 6 },
    ])
    const hidden = { last_read_seq: null, last_delivered_seq: null }
    state.apply('room:cursor_changed', { chatroom_id: 'r', user_id: 2, ...hidden })
    expect(state.members.get('r')?.get(2)).toMatchObject(hidden)
  })

  it('of a newcomer and of a new role is shown among the members', () => {
    state.setMembers('r', [])
    const member = {
      user: BOB,
      role: 'member' as const,
      joined_at: '',
      last_read_seq: 0,
      last_delivered_seq: 0,
    }
    state.apply('room:member_joined', { chatroom_id: 'r', user_id: 2, member, rev: 2 })
    expect(state.members.get('r')?.get(2)).toEqual(member)
    const roles = [
      { user_id: 2, role: 'owner' as const },
      { user_id: 1, role: 'admin' as const },
    ]
    state.apply('room:updated', { chatroom: room(), roles, rev: 3 })
    expect(state.members.get('r')?.get(2)?.role).toBe('owner')
    expect(room().role).toBe('admin')
    expect(room().rev).toBe(3)
  })

  it('of a newcomer beyond a gap is counted once, however often it is heard', () => {
    const member = { user: BOB, role: 'member' as const, joined_at: '', last_read_seq: 0, last_delivered_seq: 0 }
    const before = room().member_count
    const joined = { chatroom_id: 'r', user_id: 2, member, rev: 3 }
    expect(state.apply('room:member_joined', joined)).toEqual({ room: 'r' })
    state.apply('room:member_joined', joined)
    // What fills the gap is heard with the answer of the server.
    expect(room().member_count).toBe(before)
    state.setRoom({ ...room(), member_count: before + 1, rev: 3 })
    state.apply('room:member_joined', joined)
    expect(room().member_count).toBe(before + 1)
  })

  it('of a deletion beyond a gap is counted once, however often it is heard', () => {
    hear(1)
    hear(2)
    const gone = { message_id: 77, chatroom_id: 'r', seq: 1, rev: room().rev + 2 }
    state.apply('message:deleted', gone)
    state.apply('message:deleted', gone)
    expect(room().unread_count).toBe(2)
  })

  it('of somebody whom one has blocked elsewhere is known here', () => {
    state.apply('user:blocked', { user: BOB })
    expect([...state.blocked.keys()]).toEqual([2])
    state.apply('user:unblocked', { user: BOB })
    expect(state.blocked.size).toBe(0)
  })

  it('of oneself leaving takes the room away', () => {
    state.apply('room:member_left', { chatroom_id: 'r', user_id: 1, rev: 2 })
    expect(state.rooms.size).toBe(0)
  })
})

describe('a stretch of history', () => {
  const page = (from: number, to: number, before: boolean, after: boolean) => ({
    messages: Array.from({ length: to - from + 1 }, (_, i) => message(from + i)),
    has_more_before: before,
    has_more_after: after,
  })

  it('has no holes: what is said now waits while there is more below', () => {
    const timeline = state.timeline('r')
    timeline.replace(page(10, 12, true, true))
    expect(timeline.put(message(20))).toBe(false)
    expect(timeline.put(message(11, { rev: 99, content: 'edited' }))).toBe(true)
    timeline.addNewer(page(13, 20, true, false))
    expect(timeline.hasNewer).toBe(false)
    expect(timeline.put(message(21))).toBe(true)
    timeline.addOlder(page(1, 9, false, true))
    expect(timeline.messages.map((it) => it.seq)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1))
    expect(timeline.bySeq(11)?.content).toBe('edited')
    expect(timeline.bySeq(99)).toBeUndefined()
  })

  it('takes in no page that it does not touch: it was asked for before a jump', () => {
    const timeline = state.timeline('r')
    timeline.replace(page(40, 60, true, true))
    timeline.addOlder(page(20, 38, true, true))
    timeline.addNewer(page(62, 80, true, false))
    expect(timeline.messages.map((it) => it.seq)).toEqual(page(40, 60, true, true).messages.map((it) => it.seq))
    expect([timeline.hasOlder, timeline.hasNewer]).toEqual([true, true])
    timeline.addOlder(page(20, 39, false, true))
    timeline.addNewer(page(61, 80, true, false))
    expect([timeline.first?.seq, timeline.last?.seq, timeline.messages.length]).toEqual([20, 80, 61])
    expect([timeline.hasOlder, timeline.hasNewer]).toEqual([false, false])
  })

  it('keeps what came live while its newest page was on the way', () => {
    const timeline = state.timeline('r')
    timeline.put(message(3))
    timeline.replace(page(1, 2, false, false))
    expect(timeline.messages.map((it) => it.seq)).toEqual([1, 2, 3])
  })

  it('gives the same object for what did not change', () => {
    const timeline = state.timeline('r')
    timeline.replace(page(1, 3, false, false))
    const [first] = timeline.messages
    timeline.put(message(4))
    timeline.react(103, [{ emoji: '👍', count: 1, user_ids: [1] }], 9)
    expect(timeline.messages[0]).toBe(first)
    expect(timeline.messages[2]?.reactions).toHaveLength(1)
  })
})
