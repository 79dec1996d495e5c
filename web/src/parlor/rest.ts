// REST under /v1: JSON there and back, with a good access token, failures as `Problem`.
import type { Auth } from './auth'
import { Problem } from './problem'
import type { paths } from './schema'
import type { List } from './types'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A route of the server's document, with something in the place of each parameter. */
type Filled<P> = P extends `${infer A}{${string}}${infer B}` ? `${A}${string}${Filled<B>}` : P
export type Route<M extends Method> = {
  [P in keyof paths]: paths[P][Lowercase<M>] extends undefined ? never : Filled<P>
}[keyof paths]
type QueryValue = string | number | boolean | undefined

export interface Request {
  query?: Record<string, QueryValue>
  body?: unknown
  signal?: AbortSignal
  /** For what needs no session. */
  anonymous?: boolean
  /** For what must not be asked again with another token. */
  once?: boolean
}

export interface UploadOptions {
  signal?: AbortSignal
  onProgress?: (loaded: number, total: number) => void
}

export class Rest {
  constructor(
    private readonly auth: Auth,
    private readonly url: string,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  get<T>(path: Route<'GET'>, query: Record<string, QueryValue> = {}): Promise<T> {
    return this.send('GET', path, { query })
  }

  /** All parts of a list. */
  async all<T>(path: Route<'GET'>, query: Record<string, QueryValue> = {}): Promise<T[]> {
    const items: T[] = []
    let cursor: string | undefined
    do {
      const part: List<T> = await this.get(path, { ...query, limit: 100, cursor })
      items.push(...part.items)
      cursor = part.next ?? undefined
    } while (cursor !== undefined)
    return items
  }

  async send<T, M extends Method = Method>(method: M, path: Route<M>, request: Request = {}): Promise<T> {
    const response = await this.#authorized(request, (headers) => {
      const hasBody = request.body !== undefined
      if (hasBody) headers['content-type'] = 'application/json'
      return this.fetch(this.url + path + toQuery(request.query), {
        method,
        headers,
        body: hasBody ? JSON.stringify(request.body) : undefined,
        signal: request.signal,
        credentials: this.auth.usesCookies ? 'same-origin' : 'omit',
      })
    })
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  /** One file as a form, with progress where the browser can tell. */
  async upload<T>(
    method: 'POST' | 'PUT',
    path: Route<'POST'> | Route<'PUT'>,
    file: Blob,
    options: UploadOptions = {},
  ): Promise<T> {
    const form = new FormData()
    form.append('file', file, file instanceof File ? file.name : 'file')
    const response = await this.#authorized({}, (headers) => {
      const url = this.url + path
      if (typeof XMLHttpRequest !== 'undefined') return uploadForm(method, url, form, headers, options)
      const credentials = this.auth.usesCookies ? 'same-origin' : 'omit'
      const { signal } = options
      return this.fetch(url, { method, headers, body: form, signal, credentials })
    })
    return (await response.json()) as T
  }

  /** Asks, and once more with a fresh token when the old one was refused. */
  async #authorized(
    { anonymous = false, once = false }: Request,
    ask: (headers: Record<string, string>) => Promise<Response>,
  ): Promise<Response> {
    const used = this.auth.grant
    try {
      return await requireOk(await ask(this.#headers(anonymous)))
    } catch (thrown) {
      const problem = Problem.of(thrown)
      if (anonymous || once || !problem.isAboutToken || !this.auth.hasSession) throw problem
    }
    try {
      // The refusal may come when another request has got a new one already.
      await this.auth.refresh(used)
      return await requireOk(await ask(this.#headers(anonymous)))
    } catch (thrown) {
      throw Problem.of(thrown)
    }
  }

  #headers(anonymous: boolean): Record<string, string> {
    const token = anonymous || this.auth.usesCookies ? null : this.auth.token
    return token ? { authorization: `Bearer ${token}` } : {}
  }
}

async function requireOk(response: Response): Promise<Response> {
  if (response.ok) return response
  throw await Problem.fromResponse(response)
}

function toQuery(query: Record<string, QueryValue> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return text && `?${text}`
}

/** `fetch` cannot tell how much of a body has left. */
function uploadForm(
  method: Method,
  url: string,
  form: FormData,
  headers: Record<string, string>,
  { signal, onProgress }: UploadOptions,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Problem('cancelled'))
    const request = new XMLHttpRequest()
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total)
    request.onload = () => {
      const { status, responseText } = request
      const retryAfter = request.getResponseHeader('retry-after')
      const headers = new Headers(retryAfter ? { 'retry-after': retryAfter } : undefined)
      resolve(new Response(status === 204 ? null : responseText, { status, headers }))
    }
    request.onerror = () => reject(new Problem('offline'))
    request.onabort = () => reject(new Problem('cancelled'))
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}
