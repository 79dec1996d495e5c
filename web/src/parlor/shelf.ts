// What survives a reload: messages that wait to be sent, and what was known last.

/** Two drawers of named things; names are read by how they begin. */
export interface Shelf {
  put(drawer: Drawer, name: string, thing: unknown): Promise<void>
  remove(drawer: Drawer, name: string): Promise<void>
  /** Sorted by name. */
  all<T>(drawer: Drawer, beginning: string): Promise<T[]>
  /** Everything whose name begins so. */
  clear(drawer: Drawer, beginning: string): Promise<void>
}

export type Drawer = 'outbox' | 'known'
const DRAWERS: Drawer[] = ['outbox', 'known']

export function memoryShelf(): Shelf {
  const drawers = { outbox: new Map<string, unknown>(), known: new Map<string, unknown>() }
  return {
    async put(drawer, name, thing) {
      drawers[drawer].set(name, structuredClone(thing))
    },
    async remove(drawer, name) {
      drawers[drawer].delete(name)
    },
    async all<T>(drawer: Drawer, beginning: string) {
      const found = [...drawers[drawer]].filter(([name]) => name.startsWith(beginning))
      found.sort(([a], [b]) => (a < b ? -1 : 1))
      return found.map(([, thing]) => structuredClone(thing) as T)
    },
    async clear(drawer, beginning) {
      const things = drawers[drawer]
      for (const name of things.keys()) if (name.startsWith(beginning)) things.delete(name)
    },
  }
}

/** Of this browser, shared by its tabs; where it may not be used, things are kept in memory. */
export function browserShelf(name = 'parlor'): Shelf {
  const memory = memoryShelf()
  const database = open(name).catch(() => null)
  async function within<T>(
    drawer: Drawer,
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | null> {
    const db = await database
    if (!db) return null
    const transaction = db.transaction(drawer, mode)
    const request = work(transaction.objectStore(drawer))
    // At once: a page that is being left does not hear that the request is done, and what is not
    // committed by then is lost.
    transaction.commit()
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = transaction.onerror = () => reject(transaction.error)
    })
    return request.result
  }
  return {
    async put(drawer, name, thing) {
      const done = await within(drawer, 'readwrite', (it) => it.put(thing, name))
      if (done === null) await memory.put(drawer, name, thing)
    },
    async remove(drawer, name) {
      await within(drawer, 'readwrite', (it) => it.delete(name))
      await memory.remove(drawer, name)
    },
    async all<T>(drawer: Drawer, beginning: string) {
      const found = await within(drawer, 'readonly', (it) => it.getAll(range(beginning)))
      return (found as T[] | null) ?? (await memory.all<T>(drawer, beginning))
    },
    async clear(drawer, beginning) {
      await within(drawer, 'readwrite', (it) => it.delete(range(beginning)))
      await memory.clear(drawer, beginning)
    },
  }
}

function range(beginning: string): IDBKeyRange {
  return IDBKeyRange.bound(beginning, `${beginning}\uffff`)
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      for (const drawer of DRAWERS) request.result.createObjectStore(drawer)
    }
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('the database is in use'))
    request.onsuccess = () => {
      // Another tab may bring a newer version; it must not wait for us.
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
  })
}
