/**
 * Components that are loaded when they are needed, or before that, when nothing else is to do. Then
 * they open at once, even without a network.
 */
type Load<T> = () => Promise<T>

const loads = new Set<Load<unknown>>()

export function lazy<T>(load: Load<T>): Load<T> {
  loads.add(load)
  return load
}

/** One after the other. What a component itself loads later is added to the end meanwhile. */
export async function preload(): Promise<void> {
  for (const load of loads) await load().catch(() => undefined)
}
