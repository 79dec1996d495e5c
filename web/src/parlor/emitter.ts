// Events with types, and nothing else.

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(data: never) => void>>()

  /** Calls the listener on every event of this name; the result ends that. */
  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): () => void {
    const known = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, known.add(listener))
    return () => known.delete(listener)
  }

  emit<E extends keyof Events>(event: E, data: Events[E]): void {
    // A copy, because a listener may be removed meanwhile.
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(data as never)
  }
}
