/**
 * Parts that come when they are needed, or before, when nothing else is to do: then they open at
 * once, and without a network too.
 */
type Load<T> = () => Promise<T>

const loads = new Set<Load<unknown>>()

export function lazy<T>(load: Load<T>): Load<T> {
  loads.add(load)
  return load
}

/** One after the other; what a part itself needs later is added to the end meanwhile. */
export async function preload(): Promise<void> {
  for (const load of loads) await load().catch(() => undefined)
}
