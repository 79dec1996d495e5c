import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { Parlor } from './parlor'
import { Problem } from './problem'
import { TestServer, until } from './testing/testServer'

let server: TestServer
let ann = new Parlor()

beforeAll(async () => {
  server = await TestServer.start({ RATE_LIMITS: 'on' })
  return async () => {
    await server.end()
  }
})

beforeEach(async () => {
  ann.stop()
  ann = await server.person('ann')
})

afterAll(() => {
  ann.stop()
})

/** Asks for nothing, far too often; what came of it. */
async function flood(times: number): Promise<Problem[]> {
  const asked = Array.from({ length: times }, () =>
    ann.connection.ask('presence:unsubscribe', { user_ids: [] }).then(() => null, Problem.of),
  )
  return (await Promise.all(asked)).filter((it) => it !== null)
}

describe('whoever is too fast', () => {
  it('learns when to try again', async () => {
    const [refused] = await flood(80)
    expect(refused?.code).toBe('rate_limited')
    expect(refused?.retryAfter).toBeGreaterThan(0)
    expect(ann.connection.state).toBe('online')
  })

  it('catches up all the same, when it may', async () => {
    const { userRev } = ann.state
    ann.state.userRev = 0
    const flooded = flood(80)
    ann.connection.emit('heads', { rooms: {} })
    expect((await flooded).length).toBeGreaterThan(0)
    await until(() => ann.state.userRev === userRev)
  })

  it('is shown the door when nothing helps, and comes back', async () => {
    const reasons: string[] = []
    ann.on('session:closing', ({ reason }) => reasons.push(reason))
    await flood(400)
    await until(() => ann.connection.state !== 'online')
    expect(reasons).toEqual(['rate_limited'])
    await until(() => ann.connection.state === 'online')
    await until(() => ann.state.complete)
  })
})
