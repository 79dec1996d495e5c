// Where the tokens of a session are kept.
//
// A page that comes from its server uses cookies, which no script can read; the browser adds
// them to requests by itself, also to those for pictures. Everything else keeps tokens itself.
import type { Tokens } from './types'

/** What a sign-in or a refresh gave. */
export interface Grant {
  accessToken: string
  /** `null` when a cookie has it. */
  refreshToken: string | null
  /** Milliseconds of the local clock. */
  expiresAt: number
  grantedAt: number
}

export interface Vault {
  /** Whether the server keeps the refresh token in a cookie. */
  readonly usesCookies: boolean
  /** The newest grant that is known here. */
  read(): Grant | null
  write(grant: Grant | null): void
  /** Whether there may be a session, even if no token is known here. */
  hasSession(): boolean
  /** When somebody else, such as another tab, signs in (`true`) or out. */
  onElsewhere(listener: (signedIn: boolean) => void): void
}

export function grantOf(tokens: Tokens, usesCookies: boolean, now = Date.now()): Grant {
  return {
    accessToken: tokens.access_token,
    refreshToken: usesCookies ? null : tokens.refresh_token,
    expiresAt: now + tokens.expires_in * 1000,
    grantedAt: now,
  }
}

/** For programs, and tests: forgotten when they end. */
export function memoryVault(): Vault {
  let grant: Grant | null = null
  return {
    usesCookies: false,
    read: () => grant,
    write: (given) => (grant = given),
    hasSession: () => grant !== null,
    onElsewhere: () => undefined,
  }
}

/** For pages that come from elsewhere than the server, and cannot have its cookies. */
export function storageVault(key = 'parlor.session', storage = localStorage): Vault {
  const read = () => JSON.parse(storage.getItem(key) ?? 'null') as Grant | null
  return {
    usesCookies: false,
    read,
    write: (grant) =>
      grant ? storage.setItem(key, JSON.stringify(grant)) : storage.removeItem(key),
    hasSession: () => read() !== null,
    onElsewhere: (listener) => hearStorage(key, listener),
  }
}

/**
 * For pages that come from the server. Scripts know the access token only after a refresh;
 * that there is a session is noted, so that a visitor is not asked to refresh nothing.
 */
export function cookieVault(key = 'parlor.session', storage = localStorage): Vault {
  let grant: Grant | null = null
  const tabs = new BroadcastChannel(key)
  tabs.onmessage = ({ data }: MessageEvent<Grant | null>) => (grant = data)
  return {
    usesCookies: true,
    read: () => grant,
    write: (given) => {
      grant = given
      if (given) storage.setItem(key, String(given.grantedAt))
      else storage.removeItem(key)
      tabs.postMessage(given)
    },
    hasSession: () => storage.getItem(key) !== null,
    onElsewhere: (listener) => hearStorage(key, listener),
  }
}

function hearStorage(key: string, listener: (signedIn: boolean) => void): void {
  addEventListener('storage', (event) => {
    const [was, is] = [event.oldValue !== null, event.newValue !== null]
    if (event.key === key && was !== is) listener(is)
  })
}
