// Whatever happens in whatever order: in the end every client shows what the server has. The seed
// says what is done; when it arrives is also up to the machine.
import { afterAll, beforeAll, expect, it } from 'vitest'

import { memoryDatabase } from './database'
import { Parlor } from './parlor'
import { Problem } from './problem'
import { TestProxy } from './testing/testProxy'
import { TestServer, until } from './testing/testServer'
import type { Message } from './types'
import { memoryVault, type Vault } from './vault'

const STEPS = 250
/** More than two pages. */
const BEFORE = 120
const SEED = Number(process.env['PARLOR_TEST_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

let server: TestServer

beforeAll(async () => {
  server = await TestServer.start()
})

afterAll(() => server.end())

/** Always the same numbers for the same seed, below 1. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let it = Math.imul(state ^ (state >>> 15), 1 | state)
    it = (it + Math.imul(it ^ (it >>> 7), 61 | it)) ^ it
    return ((it ^ (it >>> 14)) >>> 0) / 2 ** 32
  }
}

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time))

/** A client whose answers take their time, behind a proxy that can be cut. */
class SlowClient {
  private constructor(
    readonly parlor: Parlor,
    readonly proxy: TestProxy,
    readonly vault: Vault,
  ) {}

  static async join(name: string, roll: () => number): Promise<SlowClient> {
    const [proxy, vault] = [await TestProxy.start(server.port), memoryVault()]
    const parlor = await server.person(name, { url: proxy.url, vault, database: memoryDatabase() })
    const ask = parlor.connection.ask.bind(parlor.connection)
    parlor.connection.ask = async (...asked) => {
      const answer = await ask(...asked)
      await pause(roll() * 60)
      return answer
    }
    const all = parlor.rest.all.bind(parlor.rest)
    parlor.rest.all = async (...asked) => {
      const answer = await all(...asked)
      await pause(roll() * 60)
      return answer as never
    }
    return new SlowClient(parlor, proxy, vault)
  }

  get id(): number {
    return this.parlor.state.me?.user_id ?? 0
  }

  /** Somebody with the same account who comes only now, and reads everything. */
  async double(room: string): Promise<Parlor> {
    const parlor = new Parlor({ url: server.url, vault: this.vault })
    await parlor.session.load()
    await parlor.begin()
    await until(() => parlor.state.complete)
    await parlor.messages.loadLatest(room)
    while (parlor.state.timeline(room).hasOlder) await parlor.messages.loadOlder(room)
    await parlor.rooms.loadMembers(room)
    return parlor
  }

  end(): void {
    this.parlor.stop()
    this.proxy.end()
  }
}

/** Without the moment of a deletion, which whoever hears it live knows by their own clock. */
function shown(messages: readonly Message[]): unknown[] {
  return messages.map(({ deleted_at, read_status: _, ...it }) => ({ ...it, isDeleted: deleted_at !== null }))
}

it(`every client shows what the server has (PARLOR_TEST_MODEL_SEED=${SEED})`, async () => {
  const roll = dice(SEED)
  const below = (count: number) => Math.floor(roll() * count)
  const people = [await SlowClient.join('ann', dice(SEED + 1)), await SlowClient.join('bob', dice(SEED + 2))]
  const [ann, bob] = people as [SlowClient, SlowClient]
  const carol = await server.person('carol')
  const carolId = carol.state.me?.user_id ?? 0
  const room = (await ann.parlor.rooms.createGroup([bob.id], 'anything')).chatroom_id
  for (let n = 1; n <= BEFORE; n += 1) await ann.parlor.messages.send(room, { content: `number ${n}` })
  await until(() => bob.parlor.state.rooms.get(room)?.last_seq === BEFORE)

  const deeds: ((by: Parlor, message: Message | undefined) => Promise<unknown> | undefined)[] = [
    (by) => by.messages.send(room, { content: `word ${below(1_000)}` }),
    (by) => by.messages.send(room, { content: `more ${below(1_000)}` }),
    (by, it) => it && by.messages.send(room, { content: 'an answer', replyTo: it }),
    (by, it) => it && by.messages.edit(it.message_id, `edited ${below(1_000)}`),
    (by, it) => it && by.messages.remove(it.message_id),
    (by, it) => it && by.messages.react(room, it.message_id, below(2) ? '👍' : '🎉'),
    (by, it) => it && by.messages.unreact(room, it.message_id, below(2) ? '👍' : '🎉'),
    (by, it) => it && (it.pinned_at ? by.messages.unpin(it.message_id) : by.messages.pin(it.message_id)),
    (by) => by.messages.loadLatest(room),
    (by) => by.messages.loadOlder(room),
    (by) => by.messages.loadNewer(room),
    (by, it) => it && by.messages.loadAround(room, it.seq),
    (by) => by.rooms.loadMembers(room),
    (by) => by.connection.ask('message:read', { chatroom_id: room }),
    () => ann.parlor.rooms.addMembers(room, [carolId]),
    () => ann.parlor.rooms.removeMember(room, carolId),
  ]

  const under: Promise<unknown>[] = []
  for (let step = 0; step < STEPS; step += 1) {
    const by = people[below(people.length)] as SlowClient
    const { messages } = by.parlor.state.timeline(room)
    if (roll() < 0.03) {
      by.proxy.cut()
      await pause(roll() * 40)
      by.proxy.restore()
      by.parlor.connection.retryNow()
    }
    const deed = deeds[below(deeds.length)]
    const refused = (thrown: unknown) => void Problem.of(thrown)
    under.push(Promise.resolve(deed?.(by.parlor, messages[below(messages.length)])).catch(refused))
    await pause(roll() * 20)
  }
  await Promise.all(under)

  for (const { parlor, proxy } of people) {
    proxy.restore()
    parlor.connection.retryNow()
    await until(() => parlor.connection.state === 'online' && parlor.outbox.pending === 0)
  }
  for (const it of people) {
    const truth = await it.double(room)
    const known = it.parlor.state
    await until(() => known.rooms.get(room)?.rev === truth.state.rooms.get(room)?.rev)
    // Counts are told in a turn of their own, a moment after what they count.
    await until(() => known.rooms.get(room)?.unread_count === truth.state.rooms.get(room)?.unread_count)
    const { messages, hasNewer, first } = known.timeline(room)
    const all = truth.state.timeline(room).messages
    const last = hasNewer ? (messages.at(-1)?.seq ?? 0) : Infinity
    const stretch = all.filter(({ seq }) => seq >= (first?.seq ?? Infinity) && seq <= last)
    expect(shown(messages)).toEqual(shown(stretch))
    const [mine, theirs] = [known.rooms.get(room), truth.state.rooms.get(room)]
    expect(mine?.member_count).toBe(theirs?.member_count)
    const previews = [mine, theirs].map((it) => shown(it?.last_message ? [{ ...it.last_message, reply_to: undefined }] : []))
    expect(previews[0]).toEqual(previews[1])
    const members = (state: typeof known) =>
      [...(state.members.get(room)?.values() ?? [])].map(({ user, role }) => `${user.user_id} ${user.nickname} ${role}`)
    if (known.members.has(room)) expect(members(known).sort()).toEqual(members(truth.state).sort())
    truth.stop()
  }
  carol.stop()
  for (const it of people) it.end()
}, 60_000)
