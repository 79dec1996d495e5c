// A small database that survives a reload: messages that wait to be sent, and what was known last.

/** Two tables of named values. Names are looked up by how they begin. */
export interface Database {
  put(table: Table, name: string, value: unknown): Promise<void>
  remove(table: Table, name: string): Promise<void>
  /** Sorted by name. */
  all<T>(table: Table, prefix: string): Promise<T[]>
  /** Everything whose name begins so. */
  clear(table: Table, prefix: string): Promise<void>
}

export type Table = 'outbox' | 'known'
const TABLES: Table[] = ['outbox', 'known']

export function memoryDatabase(): Database {
  const tables = { outbox: new Map<string, unknown>(), known: new Map<string, unknown>() }
  return {
    async put(table, name, value) {
      tables[table].set(name, structuredClone(value))
    },
    async remove(table, name) {
      tables[table].delete(name)
    },
    async all<T>(table: Table, prefix: string) {
      const found = [...tables[table]].filter(([name]) => name.startsWith(prefix))
      found.sort(([a], [b]) => (a < b ? -1 : 1))
      return found.map(([, value]) => structuredClone(value) as T)
    },
    async clear(table, prefix) {
      const entries = tables[table]
      for (const name of entries.keys()) if (name.startsWith(prefix)) entries.delete(name)
    },
  }
}

/** The browser's own, which its tabs share. Where a page may not use it, values stay in memory. */
export function browserDatabase(name = 'parlor'): Database {
  const memory = memoryDatabase()
  const database = open(name).catch(() => null)
  async function inTransaction<T>(
    table: Table,
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | null> {
    const db = await database
    if (!db) return null
    const transaction = db.transaction(table, mode)
    const request = work(transaction.objectStore(table))
    // At once: a page that is being left does not hear that the request is done, and loses what is
    // not committed by then.
    transaction.commit()
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = transaction.onerror = () => reject(transaction.error)
    })
    return request.result
  }
  return {
    async put(table, name, value) {
      const done = await inTransaction(table, 'readwrite', (it) => it.put(value, name))
      if (done === null) await memory.put(table, name, value)
    },
    async remove(table, name) {
      await inTransaction(table, 'readwrite', (it) => it.delete(name))
      await memory.remove(table, name)
    },
    async all<T>(table: Table, prefix: string) {
      const found = await inTransaction(table, 'readonly', (it) => it.getAll(range(prefix)))
      return (found as T[] | null) ?? (await memory.all<T>(table, prefix))
    },
    async clear(table, prefix) {
      await inTransaction(table, 'readwrite', (it) => it.delete(range(prefix)))
      await memory.clear(table, prefix)
    },
  }
}

function range(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`)
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      for (const table of TABLES) request.result.createObjectStore(table)
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
