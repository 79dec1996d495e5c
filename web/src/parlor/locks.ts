// Locks that all tabs of this browser share.

/** Runs `work` while no other work runs under this name. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = webLocks()
  // `request` gives back what the work gives, whatever its type says.
  if (locks) return (await locks.request(name, work)) as T
  return await withLocalLock(name, work)
}

/** Holds a lock for as long as this page lives. Without Web Locks no tab can tell. */
export function holdLock(name: string): void {
  void webLocks()?.request(name, () => new Promise(() => undefined))
}

/** Whether the page that holds this lock is still there. */
export async function isLockHeld(name: string): Promise<boolean> {
  const state = await webLocks()?.query()
  return state?.held?.some((it) => it.name === name) ?? false
}

/** Browsers have them only on pages that came over TLS, or from this machine. */
function webLocks(): LockManager | undefined {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.locks
}

const waiting = new Map<string, Promise<unknown>>()

async function withLocalLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = (waiting.get(name) ?? Promise.resolve()).then(work, work)
  const settled = mine.catch(() => undefined)
  waiting.set(name, settled)
  try {
    return await mine
  } finally {
    if (waiting.get(name) === settled) waiting.delete(name)
  }
}
