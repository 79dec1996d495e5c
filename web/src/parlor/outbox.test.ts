import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { memoryDatabase, type Database } from './database'
import { Parlor } from './parlor'
import { TestProxy } from './testing/testProxy'
import { TestServer, until } from './testing/testServer'
import { uuid } from './uuid'
import { memoryVault, type Vault } from './vault'

let server: TestServer
let proxy: TestProxy
let [database, vault]: [Database, Vault] = [memoryDatabase(), memoryVault()]
/** Ann's way to the server is a proxy, which can be cut. Bob has none. */
let [ann, bob]: [Parlor, Parlor] = [new Parlor(), new Parlor()]
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
  room = (await ann.rooms.createGroup([bob.state.me?.user_id ?? 0], 'kitchen')).chatroom_id
  await ann.messages.loadLatest(room)
  await until(() => bob.state.rooms.has(room))
})

afterAll(() => {
  ann.stop()
  bob.stop()
})

async function said(): Promise<string[]> {
  await bob.messages.loadLatest(room)
  return bob.state.timeline(room).messages.map((it) => it.content)
}

function shown(parlor = ann): string[] {
  return parlor.messages.rows(room).map((it) => it.message.content)
}

function states(): string[] {
  return ann.messages.rows(room).map((it) => it.state)
}

describe('a message on its way', () => {
  it('is shown at once, and stays one row when it is stored', async () => {
    const written = ann.messages.send(room, { content: 'hello' })
    const [before] = ann.messages.rows(room)
    expect(before?.state).not.toBe('sent')
    expect(before?.message.content).toBe('hello')
    await written
    await until(() => states().join() === 'sent')
    const [after] = ann.messages.rows(room)
    expect(after?.key).toBe(before?.key)
    expect(after?.message.seq).toBe(1)
    expect(await said()).toEqual(['hello'])
  })

  it('keeps its place among others that were written quickly', async () => {
    const words = Array.from({ length: 30 }, (_, i) => `word ${i}`)
    await Promise.all(words.map((content) => ann.messages.send(room, { content })))
    await until(() => ann.outbox.pending === 0)
    expect(await said()).toEqual(words)
    expect(shown()).toEqual(words)
  })

  it('waits for a connection, and is then sent once and in order', async () => {
    proxy.cut()
    await until(() => ann.connection.state !== 'online')
    for (const content of ['one', 'two', 'three']) await ann.messages.send(room, { content })
    expect(states()).toEqual(['queued', 'queued', 'queued'])
    expect(ann.outbox.pending).toBe(3)
    proxy.restore()
    ann.connection.retryNow()
    await until(() => ann.outbox.pending === 0)
    expect(await said()).toEqual(['one', 'two', 'three'])
    expect(shown()).toEqual(['one', 'two', 'three'])
  })

  it('is stored once although the answer to it was lost', async () => {
    proxy.dropAnswers()
    await ann.messages.send(room, { content: 'twice?' })
    await until(async () => (await said()).length === 1)
    expect(states()).toEqual(['sending'])
    proxy.cut()
    proxy.restore()
    ann.connection.retryNow()
    await until(() => states().join() === 'sent')
    await ann.messages.send(room, { content: 'no' })
    await until(() => ann.outbox.pending === 0)
    expect(await said()).toEqual(['twice?', 'no'])
  })

  it('does not wait for the disk', async () => {
    let done = () => {}
    const disk = new Promise<void>((resolve) => (done = resolve))
    const slow: Database = { ...database, put: (...thing) => disk.then(() => database.put(...thing)) }
    const other = new Parlor({ url: server.url, database: slow, vault })
    await other.session.load()
    await other.begin()
    await until(() => other.state.complete)
    const written = other.messages.send(room, { content: 'quick' })
    await until(() => other.outbox.pending === 0)
    expect(await said()).toEqual(['quick'])
    done()
    await written
    other.stop()
    expect(await database.all('outbox', '')).toEqual([])
  })

  it('survives a reload', async () => {
    proxy.cut()
    await until(() => ann.connection.state !== 'online')
    for (const content of ['before', 'the reload']) await ann.messages.send(room, { content })
    ann.stop()

    proxy.restore()
    const again = new Parlor({ url: proxy.url, database, vault })
    await again.session.load()
    await again.begin()
    await until(() => again.state.complete && again.outbox.pending === 0)
    again.stop()
    expect(await said()).toEqual(['before', 'the reload'])
    expect(await database.all('outbox', '')).toEqual([])
  })

  it('is sent when an earlier version stored it', async () => {
    const user = ann.state.me?.user_id ?? 0
    ann.stop()
    const [id, written] = [uuid(), { room, content: 'from before', replyTo: null, parcels: [], writtenAt: 1 }]
    const stored = { id, user, ...written, tab: 'gone', stage: 'queued', failed: null }
    await database.put('outbox', `${user}/0000000000000001/${id}`, stored)
    const again = new Parlor({ url: server.url, database, vault })
    await again.session.load()
    await again.begin()
    await until(() => again.state.complete && again.outbox.pending === 0)
    again.stop()
    expect(await said()).toEqual(['from before'])
    expect(await database.all('outbox', '')).toEqual([])
  })

  it('survives the server being killed in the middle of it', async () => {
    const words = Array.from({ length: 40 }, (_, i) => `word ${i}`)
    const written = words.map((content) => ann.messages.send(room, { content }))
    await until(() => shown(bob).length === 0 && ann.outbox.pending < 30)
    await server.kill('SIGKILL')
    await Promise.all(written)
    await server.run()
    await until(() => ann.outbox.pending === 0)
    await until(() => bob.connection.state === 'online')
    expect(await said()).toEqual(words)
    await until(() => shown().join() === words.join())
  })

  it('fails when it is refused, and goes when it is discarded', async () => {
    await ann.messages.send(room, { content: 'still here' })
    await until(() => ann.outbox.pending === 0)
    proxy.cut()
    await until(() => ann.connection.state !== 'online')
    await ann.messages.send(room, { content: 'too late' })
    // She leaves, on another device.
    const other = new Parlor({ url: server.url, vault })
    await other.session.load()
    await other.rest.send('DELETE', `/v1/rooms/${room}/members/me`)
    proxy.restore()
    ann.connection.retryNow()
    await until(() => ann.outbox.in(room)[0]?.stage === 'failed')
    const [failed] = ann.outbox.in(room)
    expect(failed?.problem?.code).toBe('not_member')
    ann.messages.discard(failed?.id ?? '')
    expect(ann.outbox.in(room)).toEqual([])
    expect(await database.all('outbox', '')).toEqual([])
  })

  it('with files is uploaded first, and does not keep words waiting', async () => {
    const file = new Blob([new Uint8Array(300_000).fill(65)], { type: 'text/plain' })
    const outgoing = {
      file,
      name: 'a.txt',
      mime: 'text/plain',
      size: file.size,
      width: null,
      height: null,
      sent: null,
    }
    const written = ann.messages.send(room, { content: 'see', files: [outgoing] })
    expect(ann.messages.rows(room)[0]?.uploads).toMatchObject([{ name: 'a.txt', size: 300_000 }])
    await written
    await until(() => ann.outbox.pending === 0)
    expect(ann.outbox.in(room)).toEqual([])
    await bob.messages.loadLatest(room)
    const [message] = bob.state.timeline(room).messages
    expect(message?.attachments).toMatchObject([{ name: 'a.txt', size: 300_000 }])
    expect(message?.content).toBe('see')
    expect(message?.message_type).toBe('file')
  })
})
