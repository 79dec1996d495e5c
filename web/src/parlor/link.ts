// What the parts of this library share: two ways to the server, and what is known.
import type { Keys } from './keys'
import type { Line } from './line'
import type { Rest } from './rest'
import type { Shelf } from './shelf'
import type { State } from './state'

export interface Link {
  keys: Keys
  line: Line
  rest: Rest
  state: State
  shelf: Shelf
}
