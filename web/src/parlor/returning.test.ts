import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Connection } from './connection'
import type { Changes, Ready } from './events'
import { Problem } from './problem'
import type { Rest } from './rest'
import { State } from './state'
import { Sync } from './sync'
import type { Room } from './types'

const NOTHING: Changes = { rooms: [], removed: [], people: [], since: '2026-11-20T10:00:00.000Z', has_more: false }
const SERVER_TIME = '2026-11-20T09:00:00.000Z'

const HEAD = { chatroom_id: 'r', last_seq: 3, rev: 4, unread_count: 0, mention_count: 0, last_read_seq: 3 }

function ready(change: Partial<Ready> = {}): Ready {
  const fixed = { user: { id: 1 }, user_rev: 7, server_time: SERVER_TIME, since: SERVER_TIME, rooms: [HEAD] }
  return { ...fixed, ...change } as Ready
}

let state = new State()
let connection = { ask: vi.fn(), lastHeard: 0 }
let sync: Sync

beforeEach(() => {
  state = new State()
  state.setRooms([{ chatroom_id: 'r', rev: 4, last_seq: 3, members_rev: 1, last_message: null, settings: {} } as unknown as Room])
  state.userRev = 7
  state.since = '2026-11-20T08:00:00.000Z'
  connection = { ask: vi.fn(() => Promise.resolve(NOTHING)), lastHeard: 0 }
  const report = () => undefined
  sync = new Sync(connection as unknown as Connection, {} as Rest, state, report, report)
})

describe('whoever comes back', () => {
  it('and lacks nothing asks for nothing', async () => {
    await sync.start(ready())
    expect(connection.ask).not.toHaveBeenCalled()
    expect(state.since).toBe(SERVER_TIME)
  })

  it.each<[string, Partial<Ready>]>([
    ['cursors or names have changed', { since: null }],
    ['something of their own has', { user_rev: 8 }],
    ['a room has gone on', { rooms: [{ ...HEAD, rev: 5 }] }],
    ['a backup was put back', { rooms: [{ ...HEAD, rev: 3 }] }],
    ['they are in no room any more', { rooms: [] }],
    ['there is another room', { rooms: [HEAD, { ...HEAD, chatroom_id: 'other' }] }],
  ])('asks when %s', async (_, change) => {
    await sync.start(ready(change))
    expect(connection.ask).toHaveBeenCalledOnce()
    expect(state.since).toBe(NOTHING.since)
  })

  it('knows all up to the last that it heard', async () => {
    await sync.start(ready())
    connection.lastHeard = performance.now() + 60_000
    sync.end()
    const known = Date.parse(state.since ?? '')
    expect(known).toBeGreaterThanOrEqual(Date.parse(SERVER_TIME) + 60_000)
    expect(known).toBeLessThan(Date.parse(SERVER_TIME) + 65_000)
  })

  it('and could not ask does not know more than before', async () => {
    connection.ask.mockRejectedValue(new Problem('offline'))
    await sync.start(ready({ since: null }))
    connection.lastHeard = performance.now() + 60_000
    sync.end()
    expect(state.since).toBe('2026-11-20T08:00:00.000Z')
  })
})
