// How a change in the library reaches the components that show it: reading tracks, a change triggers.
import { shallowRef } from 'vue'

export class Signal {
  readonly #count = shallowRef(0)

  track(): void {
    void this.#count.value
  }

  trigger(): void {
    this.#count.value += 1
  }
}

/** A signal for each room, so that a message in one room does not update the views of all others. */
export class SignalMap {
  readonly #stateSignals = new Map<string, Signal>()

  of(key: string): Signal {
    const known = this.#stateSignals.get(key) ?? new Signal()
    this.#stateSignals.set(key, known)
    return known
  }
}
