// What the parts of this library share: the ways to the server, what is known, and what is stored.
import type { Auth } from './auth'
import type { Connection } from './connection'
import type { Database } from './database'
import type { Rest } from './rest'
import type { State } from './state'

export interface Context {
  auth: Auth
  connection: Connection
  rest: Rest
  state: State
  database: Database
}
