import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { memoryDatabase } from './database'
import { Parlor } from './parlor'
import { TestProxy } from './testing/testProxy'
import { TestServer, until } from './testing/testServer'
import { memoryVault } from './vault'

let server: TestServer
let proxy: TestProxy
let [ann, bob]: [Parlor, Parlor] = [new Parlor(), new Parlor()]
let [database, vault] = [memoryDatabase(), memoryVault()]
let room = ''

beforeAll(async () => {
  server = await TestServer.start()
  proxy = await TestProxy.start(server.port)
  return async () => {
    proxy.end()
    await server.end()
  }
})

beforeEach(async () => {
  ann.stop()
  bob.stop()
  proxy.restore()
  database = memoryDatabase()
  vault = memoryVault()
  ann = await server.person('ann', { url: proxy.url, database, vault })
  bob = await server.person('bob')
  room = (await bob.rooms.createGroup([id(ann)], 'kitchen')).chatroom_id
  await until(() => ann.state.rooms.has(room))
  await ann.messages.loadLatest(room)
  await bob.messages.loadLatest(room)
})

afterAll(() => {
  ann.stop()
  bob.stop()
})

function id(parlor: Parlor): number {
  return parlor.state.me?.user_id ?? 0
}

async function say(...words: string[]): Promise<void> {
  for (const content of words) await bob.messages.send(room, { content })
  await until(() => bob.outbox.pending === 0)
}

/** What a person sees of a room, without what no two people agree on. */
function seen(parlor: Parlor): unknown {
  return parlor.state.timeline(room).messages.map(({ read_status: _, ...it }) => ({
    ...it,
    // Of a deletion that is heard live, only one's own clock knows when.
    deleted_at: it.deleted_at !== null,
  }))
}

async function agree(): Promise<void> {
  await until(() => ann.state.rooms.get(room)?.rev === bob.state.rooms.get(room)?.rev)
  await vi.waitFor(() => expect(seen(ann)).toEqual(seen(bob)), 15_000)
}

async function away(work: () => Promise<void>): Promise<void> {
  proxy.cut()
  await until(() => ann.connection.state !== 'online')
  await work()
  proxy.restore()
  ann.connection.retryNow()
  await until(() => ann.connection.state === 'online')
}

describe('whoever was away', () => {
  it('sees what was said, edited, deleted, pinned and reacted to meanwhile', async () => {
    await say('one', 'two', 'three', 'four')
    await agree()
    const rows = bob.state.timeline(room).messages.map((it) => it.message_id)
    await away(async () => {
      await bob.messages.edit(rows[0] ?? 0, 'ONE')
      await bob.messages.remove(rows[1] ?? 0)
      await bob.messages.pin(rows[2] ?? 0)
      await bob.messages.react(room, rows[3] ?? 0, '👍')
      await say('five', 'six')
    })
    await agree()
    const words = ann.state.timeline(room).messages.map((it) => it.content)
    expect(words).toEqual(['ONE', '', 'three', 'four', 'five', 'six'])
    const [, deleted, pinned, liked] = ann.state.timeline(room).messages
    expect(deleted?.deleted_at).not.toBeNull()
    expect(pinned?.pinned_at).not.toBeNull()
    expect(liked?.reactions).toEqual([{ emoji: '👍', count: 1, user_ids: [id(bob)] }])
    expect(ann.state.rooms.get(room)?.unread_count).toBe(5)
  })

  it('learns of rooms that came and went', async () => {
    let other = ''
    await away(async () => {
      other = (await bob.rooms.createGroup([id(ann)], 'garden')).chatroom_id
      await bob.rooms.removeMember(room, id(ann))
    })
    await until(() => ann.state.rooms.has(other) && !ann.state.rooms.has(room))
    expect(ann.state.rooms.get(other)?.chatroom_name).toBe('garden')
  })

  it('learns of friends, and of names that changed', async () => {
    await away(async () => {
      await bob.people.ask(id(ann))
      await bob.session.update({ nickname: 'Bobby' })
    })
    await until(() => ann.state.relations.get(id(bob))?.state === 'incoming')
    await until(() => ann.state.users.get(id(bob))?.nickname === 'Bobby')
  })

  it('learns how far the others have read', async () => {
    await ann.messages.send(room, { content: 'read me' })
    await until(() => ann.outbox.pending === 0)
    await ann.rooms.loadMembers(room)
    await until(() => bob.state.rooms.get(room)?.last_seq === 1)
    await away(async () => {
      await bob.connection.ask('message:read', { chatroom_id: room })
    })
    await until(() => ann.state.members.get(room)?.get(id(bob))?.last_read_seq === 1)
  })

  it('catches up with a lot of it, in pages', async () => {
    await say('first')
    await agree()
    const words = Array.from({ length: 350 }, (_, i) => `word ${i}`)
    await away(() => say(...words))
    await agree()
    expect(ann.state.timeline(room).messages).toHaveLength(351)
  })

  it('begins anew when it was too much, and can still read on upwards', async () => {
    await say('first')
    await agree()
    const words = Array.from({ length: 1_150 }, (_, i) => `word ${i}`)
    await away(async () => {
      await Promise.all(words.map((content) => bob.messages.send(room, { content })))
      await until(() => bob.outbox.pending === 0)
    })
    await until(() => ann.state.timeline(room).last?.seq === 1_151)
    const timeline = ann.state.timeline(room)
    expect(timeline.messages.length).toBeLessThan(1_151)
    expect(timeline.hasOlder).toBe(true)
    while (timeline.hasOlder) await ann.messages.loadOlder(room)
    expect(timeline.messages.map((it) => it.seq)).toEqual(words.map((_, i) => i + 1).concat(1_151))
  })

  it('finds the server killed and started again as if nothing had been', async () => {
    await say('before')
    await agree()
    await server.kill('SIGKILL')
    await server.run()
    bob.connection.retryNow()
    await until(() => bob.connection.state === 'online')
    await say('after')
    ann.connection.retryNow()
    await agree()
    expect(ann.state.timeline(room).messages.map((it) => it.content)).toEqual(['before', 'after'])
  })
})

describe('a change that was lost on the way', () => {
  it('shows when the next one comes, and is asked for', async () => {
    await say('one')
    await agree()
    // As if this client had never heard of it.
    const { rev } = ann.state.rooms.get(room) ?? { rev: 0 }
    const apply = ann.state.apply.bind(ann.state)
    let lost = 0
    ann.state.apply = (event, data) => {
      if (event !== 'message:created' || lost > 0) return apply(event, data)
      lost += 1
      return null
    }
    await say('lost')
    await until(() => lost === 1)
    expect(ann.state.rooms.get(room)?.rev).toBe(rev)
    await say('three')
    await agree()
    expect(ann.state.timeline(room).messages.map((it) => it.content)).toEqual(['one', 'lost', 'three'])
  })
})

describe('a page that is opened again', () => {
  it('shows what it knew before the server has answered, and goes on from there', async () => {
    await say('one', 'two')
    await agree()
    await ann.save()
    ann.stop()
    await say('three')

    const again = new Parlor({ url: proxy.url, database, vault })
    expect(await again.resume(id(bob))).toBe(false)
    expect(await again.resume(id(ann))).toBe(true)
    const words = () => again.state.timeline(room).messages.map((it) => it.content)
    expect(words()).toEqual(['one', 'two'])
    expect(again.state.rooms.get(room)?.chatroom_name).toBe('kitchen')
    await again.begin()
    await until(() => words().length === 3)
    expect(words()).toEqual(['one', 'two', 'three'])
    expect(again.state.rooms.get(room)?.unread_count).toBe(3)
    again.stop()
  })

  it('has forgotten everything after signing out', async () => {
    await say('secret')
    await agree()
    await ann.save()
    await ann.session.signOut()
    await until(async () => (await database.all('known', '')).length === 0)
    expect(ann.state.rooms.size).toBe(0)
    expect(ann.hasSession).toBe(false)
  })
})

/** Holds answers up that have come from the server, so that things happen before they are taken in. */
class Gate {
  #tellReached = () => {}
  #tellOpen = () => {}
  readonly reached = new Promise<void>((resolve) => (this.#tellReached = resolve))
  readonly #isOpen = new Promise<void>((resolve) => (this.#tellOpen = resolve))

  /** For pages and lists. */
  static before(parlor: Parlor): Gate {
    const gate = new Gate()
    const ask = parlor.connection.ask.bind(parlor.connection)
    vi.spyOn(parlor.connection, 'ask').mockImplementation(async (event, ...rest) => {
      const answer = await ask(event, ...rest)
      return event === 'message:list' ? await gate.pass(answer) : answer
    })
    const all = parlor.rest.all.bind(parlor.rest)
    vi.spyOn(parlor.rest, 'all').mockImplementation(async (...rest) => await gate.pass((await all(...rest)) as never))
    return gate
  }

  open(): void {
    this.#tellOpen()
  }

  private async pass<T>(answer: T): Promise<T> {
    this.#tellReached()
    await this.#isOpen
    return answer
  }
}

describe('what happens while something is fetched', () => {
  const texts = (parlor: Parlor) => parlor.state.timeline(room).messages.map((it) => it.content)
  const idOf = (text: string) =>
    bob.state.timeline(room).messages.find((it) => it.content === text)?.message_id ?? 0
  const rev = (parlor: Parlor) => parlor.state.rooms.get(room)?.rev

  /** Ann loads, and before it arrives Bob does something of which she hears. */
  async function meanwhile(load: () => Promise<unknown>, act: () => Promise<unknown>): Promise<void> {
    const gate = Gate.before(ann)
    const loaded = load()
    await gate.reached
    await act()
    await until(() => rev(ann) === rev(bob))
    gate.open()
    await loaded
  }

  async function changes(): Promise<void> {
    await bob.messages.edit(idOf('one'), 'first')
    await bob.messages.remove(idOf('two'))
    await bob.messages.react(room, idOf('three'), '👍')
    await say('four')
  }

  it('is in the newest page', async () => {
    await say('one', 'two', 'three')
    await until(() => rev(ann) === rev(bob))
    ann.state.timeline(room).clear()
    await meanwhile(() => ann.messages.loadLatest(room), changes)
    expect(texts(ann)).toEqual(['first', '', 'three', 'four'])
    expect(seen(ann)).toEqual(seen(bob))
  })

  it('is in one that is loaded again', async () => {
    await say('one', 'two', 'three')
    await until(() => rev(ann) === rev(bob))
    await meanwhile(() => ann.messages.loadLatest(room), changes)
    expect(seen(ann)).toEqual(seen(bob))
  })

  it('is in an earlier one', async () => {
    await say('one', 'two', 'three')
    await say(...Array.from({ length: 60 }, (_, n) => `filler ${n}`))
    await ann.messages.loadLatest(room)
    expect(texts(ann)).not.toContain('one')
    await meanwhile(() => ann.messages.loadOlder(room), changes)
    expect(texts(ann).slice(0, 3)).toEqual(['first', '', 'three'])
    expect(ann.state.timeline(room).find(idOf('three'))?.reactions).toHaveLength(1)
  })

  it('is in the list of members', async () => {
    const carol = await server.person('carol')
    await meanwhile(
      () => ann.rooms.loadMembers(room),
      () => bob.rooms.addMembers(room, [id(carol)]),
    )
    const members = (parlor: Parlor) => [...(parlor.state.members.get(room)?.keys() ?? [])].sort()
    expect(members(ann)).toEqual(members(bob))
    carol.stop()
  })

  it('is in the lists that one begins with', async () => {
    const late = new Parlor({ url: server.url, vault })
    await late.session.load()
    const gate = Gate.before(late)
    await late.begin()
    await gate.reached
    const asked = new Promise((resolve) => late.on('friend:requested', resolve))
    await bob.people.ask(id(ann))
    await asked
    gate.open()
    await until(() => late.state.complete)
    expect(late.state.relations.get(id(bob))?.state).toBe('incoming')
    late.stop()
  })
})
