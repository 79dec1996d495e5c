// Keeps the page itself at hand, so that it opens without a network. What the server knows is never
// kept here: only files under /app/ with a hash in their name, and the page that names them.
const SHELL = 'parlor-shell-1'
const PAGE = '/app/'

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.add(new Request(PAGE, { cache: 'reload' })))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith('parlor-') && name !== SHELL).map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin || !pathname.startsWith(PAGE)) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (pathname.startsWith(`${PAGE}assets/`)) event.respondWith(asset(request))
})

// The newest page when the network has it, else the one that was kept.
async function page(request) {
  const cache = await caches.open(SHELL)
  try {
    const answer = await fetch(request)
    if (answer.ok && answer.headers.get('content-type')?.includes('text/html')) {
      await cache.put(PAGE, answer.clone())
      await sweep(cache, await answer.clone().text())
    }
    return answer
  } catch {
    return (await cache.match(PAGE)) ?? Response.error()
  }
}

// A file with a hash in its name never changes.
async function asset(request) {
  const cache = await caches.open(SHELL)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

// When the page names another entry, it was built anew: the old files are of no use any more.
async function sweep(cache, html) {
  const entry = /\/app\/assets\/index-[^"]+\.js/.exec(html)?.[0]
  if (!entry) return
  const kept = await cache.keys()
  const entries = kept.map((it) => new URL(it.url).pathname).filter((it) => /\/assets\/index-[^/]+\.js$/.test(it))
  if (entries.length === 0 || entries.includes(entry)) return
  await Promise.all(
    kept.filter((it) => new URL(it.url).pathname.startsWith(`${PAGE}assets/`)).map((it) => cache.delete(it)),
  )
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = event.notification.data?.url ?? PAGE
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then(async (windows) => {
      const [open] = windows
      if (!open) return self.clients.openWindow(url)
      await open.focus()
      return open.navigate(url)
    }),
  )
})
