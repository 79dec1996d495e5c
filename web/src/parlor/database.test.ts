import 'fake-indexeddb/auto'

import { describe, expect, it } from 'vitest'

import { browserDatabase, memoryDatabase } from './database'

describe.each([
  ['in memory', memoryDatabase],
  ['in a browser', () => browserDatabase('test')],
])('a database %s', (_, make) => {
  it('keeps what was put there until it is taken away', async () => {
    const database = make()
    await database.put('outbox', '1/b', { words: 'second' })
    await database.put('outbox', '1/a', { words: 'first' })
    await database.put('outbox', '11/a', { words: 'of somebody else' })
    await database.put('known', '1/a', { words: 'elsewhere' })
    expect(await database.all('outbox', '1/')).toEqual([{ words: 'first' }, { words: 'second' }])
    await database.put('outbox', '1/a', { words: 'changed' })
    await database.remove('outbox', '1/b')
    expect(await database.all('outbox', '1/')).toEqual([{ words: 'changed' }])
    await database.clear('outbox', '1/')
    expect(await database.all('outbox', '1/')).toEqual([])
    expect(await database.all('outbox', '')).toHaveLength(1)
    expect(await database.all('known', '1/')).toHaveLength(1)
  })

  it('keeps files as they are', async () => {
    const database = make()
    await database.put('outbox', '2/a', { file: new Blob(['abc'], { type: 'text/plain' }) })
    const [kept] = await database.all<{ file: Blob }>('outbox', '2/')
    expect(kept?.file.type).toBe('text/plain')
    expect(await kept?.file.text()).toBe('abc')
  })
})
