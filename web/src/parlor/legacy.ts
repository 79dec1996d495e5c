// Until the server says it all itself.
const MESSAGE = { reply_to: null, reactions: [], mentions: [], forwarded_from: null, pinned_at: null, edited_at: null, deleted_at: null }
const SETTINGS = { muted_until: null, pinned_at: null, hidden: false, marked_unread: false, draft: null, drafted_at: null }

export function complete<T>(value: T): T {
  if (Array.isArray(value)) return value.map(complete) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, it]) => [key, complete(it)])
  const it = Object.fromEntries(entries) as Record<string, unknown>
  if ('message_id' in it && 'content' in it) return { ...MESSAGE, ...it } as T
  if ('unread_count' in it && 'kind' in it) return { mention_count: 0, settings: SETTINGS, server_id: null, ...it } as T
  return it as T
}
