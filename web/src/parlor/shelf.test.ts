import 'fake-indexeddb/auto'

import { describe, expect, it } from 'vitest'

import { browserShelf, memoryShelf } from './shelf'

describe.each([
  ['in memory', memoryShelf],
  ['in a browser', () => browserShelf('test')],
])('a shelf %s', (_, make) => {
  it('keeps what was put there until it is taken away', async () => {
    const shelf = make()
    await shelf.put('outbox', '1/b', { words: 'second' })
    await shelf.put('outbox', '1/a', { words: 'first' })
    await shelf.put('outbox', '11/a', { words: 'of somebody else' })
    await shelf.put('known', '1/a', { words: 'elsewhere' })
    expect(await shelf.all('outbox', '1/')).toEqual([{ words: 'first' }, { words: 'second' }])
    await shelf.put('outbox', '1/a', { words: 'changed' })
    await shelf.remove('outbox', '1/b')
    expect(await shelf.all('outbox', '1/')).toEqual([{ words: 'changed' }])
    await shelf.clear('outbox', '1/')
    expect(await shelf.all('outbox', '1/')).toEqual([])
    expect(await shelf.all('outbox', '')).toHaveLength(1)
    expect(await shelf.all('known', '1/')).toHaveLength(1)
  })

  it('keeps files as they are', async () => {
    const shelf = make()
    await shelf.put('outbox', '2/a', { file: new Blob(['abc'], { type: 'text/plain' }) })
    const [kept] = await shelf.all<{ file: Blob }>('outbox', '2/')
    expect(kept?.file.type).toBe('text/plain')
    expect(await kept?.file.text()).toBe('abc')
  })
})
