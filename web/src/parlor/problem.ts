// Refusals and failures, the same for REST, events and the way to the server.
import type { EventError } from './events'

export type ErrorCode =
  | 'bad_request'
  | 'validation_failed'
  | 'unauthorized'
  | 'token_expired'
  | 'session_revoked'
  | 'forbidden'
  | 'not_accepting'
  | 'not_found'
  | 'not_member'
  | 'banned'
  | 'not_server_owner'
  | 'owner_cannot_leave'
  | 'server_not_found'
  | 'already_member'
  | 'conflict'
  | 'already_friends'
  | 'rate_limited'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'unavailable'
  | 'internal'
  | 'origin_not_allowed'
  // Said by this library.
  | 'offline'
  | 'timeout'
  | 'cancelled'

export interface FieldProblem {
  loc: (string | number)[]
  msg: string
  type: string
}

export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly code: ErrorCode,
    message: string = code,
    /** 0 when the server was never asked. */
    readonly status = 0,
    /** Seconds. */
    readonly retryAfter: number | null = null,
    readonly fields: FieldProblem[] = [],
  ) {
    super(message)
  }

  /** Whether the same request may succeed a little later. */
  get isPassing(): boolean {
    return PASSING.includes(this.code)
  }

  /** Whether another access token would help. */
  get isAboutToken(): boolean {
    return this.code === 'unauthorized' || this.code === 'token_expired'
  }

  /** From an acknowledgement, or an `error` event. */
  static fromEventError(error: EventError): Problem {
    const { code, message, status, retry_after, details } = error
    return new Problem(code as ErrorCode, message, status, retry_after ?? null, fieldsOf(details))
  }

  /** From an answer of REST, `application/problem+json` or whatever a proxy says. */
  static async fromResponse(response: Response): Promise<Problem> {
    return Problem.fromBody(response.status, await readText(response), response.headers.get('retry-after'))
  }

  static fromBody(status: number, body: string, retryAfter: string | null): Problem {
    const parsed = parse(body)
    const code = typeof parsed['code'] === 'string' ? (parsed['code'] as ErrorCode) : codeOf(status)
    const detail = typeof parsed['detail'] === 'string' ? parsed['detail'] : code
    const seconds = Number.parseFloat(retryAfter ?? '')
    return new Problem(
      code,
      detail,
      status,
      Number.isFinite(seconds) ? seconds : null,
      fieldsOf(parsed['errors']),
    )
  }

  /** Whatever was thrown, as a problem. */
  static of(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown
    return new Problem('internal', thrown instanceof Error ? thrown.message : String(thrown))
  }
}

/** `fetch`, whose failures are problems: no way to the server, or called off. */
export function throwingProblems(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init)
    } catch (thrown) {
      const isOurs = thrown instanceof DOMException && thrown.name === 'AbortError'
      throw new Problem(isOurs ? 'cancelled' : 'offline', String(thrown))
    }
  }
}

const PASSING: readonly ErrorCode[] = ['offline', 'timeout', 'rate_limited', 'unavailable', 'internal']

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not_found'
    case 409:
      return 'conflict'
    case 413:
      return 'payload_too_large'
    case 415:
      return 'unsupported_media_type'
    case 422:
      return 'validation_failed'
    case 429:
      return 'rate_limited'
    case 503:
      return 'unavailable'
    default:
      return status >= 500 ? 'internal' : 'bad_request'
  }
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text()
  } catch {
    return ''
  }
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function fieldsOf(details: unknown): FieldProblem[] {
  return Array.isArray(details) ? (details as FieldProblem[]) : []
}
