import { expect, test } from './support/test'

test('the page can be installed, and opens without a network; nothing of the API is kept', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await ann.account.say(room, 'kept by the library, not by the worker')
  await ann.open('Bob')
  const manifest = await ann.page.request.get('/app/manifest.webmanifest')
  const { icons, start_url, display } = (await manifest.json()) as {
    icons: { src: string }[]
    start_url: string
    display: string
  }
  expect([start_url, display]).toEqual(['/app/', 'standalone'])
  for (const { src } of icons) expect((await ann.page.request.get(`/app/${src}`)).ok(), src).toBe(true)
  await ann.page.evaluate(() => navigator.serviceWorker.ready)
  await ann.page.reload()
  await ann.page.waitForTimeout(2500)
  const inCaches = () =>
    ann.page.evaluate(async () => {
      const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
      return requests.flat().map((it) => new URL(it.url).pathname)
    })
  await expect.poll(inCaches).toContain('/app/')
  const kept = await inCaches()
  expect(kept.filter((it) => !/^\/app\/($|assets\/)/.test(it))).toEqual([])
  await ann.context.setOffline(true)
  await ann.page.reload()
  await expect(ann.page.locator('[data-connection]')).toContainText('Offline')
  await expect(ann.entry('Bob')).toContainText('kept by the library')
  await ann.open('Bob')
  await ann.sees('kept by the library')
  await ann.context.setOffline(false)
})

test('the policy of the page forbids scripts and styles that are not its own', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const answer = await ann.page.request.get('/app/')
  const policy = answer.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toContain('unsafe')
  const html = await answer.text()
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=/)
})

test('a message that comes while one looks away is announced; pressing the announcement leads there', async ({
  arrive,
}) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await ann.context.grantPermissions(['notifications'])
  await ann.page.goto('/app/settings/notifications')
  await ann.page.evaluate(() => {
    const shown: { title: string; body: string | undefined; press: () => void }[] = []
    class Told {
      static permission = 'granted'
      static requestPermission = () => Promise.resolve('granted')
      onclick: (() => void) | null = null
      constructor(title: string, options?: NotificationOptions) {
        shown.push({ title, body: options?.body, press: () => this.onclick?.() })
      }
      close(): void {
        return
      }
    }
    Object.assign(window, { Notification: Told, shown })
  })
  const toggle = ann.page.getByRole('switch', { name: 'Desktop notifications' })
  if ((await toggle.getAttribute('aria-checked')) === 'false') await toggle.click()
  await expect(toggle).toHaveAttribute('aria-checked', 'true')
  await bob.account.say(room, 'are you coming?')
  const shown = () =>
    ann.page.evaluate(() =>
      (window as unknown as { shown: { title: string; body: string }[] }).shown.map((it) => [it.title, it.body]),
    )
  await expect.poll(shown).toEqual([['Bob', 'are you coming?']])
  await expect(ann.page).toHaveTitle(/^\(1\)/)
  await ann.page.evaluate(() => (window as unknown as { shown: { press: () => void }[] }).shown[0]?.press())
  await ann.sees('are you coming?')
  await expect(ann.page).not.toHaveTitle(/^\(/)
})
