// One at a time, over all tabs of this browser.

/** Runs `work` while nobody else runs work of this name. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = webLocks()
  // `request` gives back what the work gives, whatever its type says.
  if (locks) return (await locks.request(name, work)) as T
  return await inTurnHere(name, work)
}

/** Keeps a name for as long as this page lives; without Web Locks nobody can tell. */
export function hold(name: string): void {
  void webLocks()?.request(name, () => new Promise(() => undefined))
}

/** Whether a page that kept this name is still there. */
export async function isHeld(name: string): Promise<boolean> {
  const state = await webLocks()?.query()
  return state?.held?.some((it) => it.name === name) ?? false
}

/** Browsers have them only on pages that came over TLS, or from this machine. */
function webLocks(): LockManager | undefined {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.locks
}

const waiting = new Map<string, Promise<unknown>>()

async function inTurnHere<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = (waiting.get(name) ?? Promise.resolve()).then(work, work)
  const settled = mine.catch(() => undefined)
  waiting.set(name, settled)
  try {
    return await mine
  } finally {
    if (waiting.get(name) === settled) waiting.delete(name)
  }
}
