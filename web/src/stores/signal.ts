// How what changes in the library reaches whoever shows it: reading tracks, a change raises.
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

/** One signal for each room, so that a message in one does not stir the others. */
export class SignalMap {
  readonly #stateSignals = new Map<string, Signal>()

  of(key: string): Signal {
    const known = this.#stateSignals.get(key) ?? new Signal()
    this.#stateSignals.set(key, known)
    return known
  }
}
