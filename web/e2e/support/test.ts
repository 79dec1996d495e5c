// Tests with a server of their own per worker, and people who arrive at it.
import { test as base, expect, type BrowserContextOptions, type Page } from '@playwright/test'

import { Account } from './account'
import { Person } from './person'
import { Server } from './server'

interface Arrival extends BrowserContextOptions {
  /** Whose browser it is, when the account is there already. */
  account?: Account
  /** Where to go first. */
  at?: string
}

interface Fixtures {
  arrive: (name: string, arrival?: Arrival) => Promise<Person>
  /** What pages complained of that nobody expected. */
  complaints: string[]
}

export const test = base.extend<Fixtures, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start()
      await use(server)
      await server.end()
    },
    { scope: 'worker' },
  ],

  complaints: [
    async ({}, use) => {
      const complaints: string[] = []
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],

  arrive: async ({ browser, server, complaints }, use) => {
    const people: Person[] = []
    await use(async (name, { account, at = '/app/', ...options } = {}) => {
      const context = await browser.newContext({ baseURL: server.url, ...options })
      const known = account ?? (await Account.make(server, name))
      const answer = await context.request.post('/v1/auth/login?cookie=true', {
        data: { username: known.username, password: known.password },
      })
      expect(answer.ok()).toBe(true)
      const page = await context.newPage()
      listen(page, complaints)
      // The browser has the cookies; the page keeps a note that there is a session.
      await page.goto('/app/manifest.webmanifest')
      await page.evaluate(() => localStorage.setItem('parlor.session', String(Date.now())))
      await page.goto(at)
      await expect(page.getByRole('navigation').first()).toBeVisible()
      const person = new Person(context, page, known)
      people.push(person)
      return person
    })
    await Promise.all(people.map((it) => it.context.close()))
  },
})

/** Scripts that fail and policies that are broken are faults of ours; a lost network is not. */
export function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection|net::ERR/.test(text))
      complaints.push(text)
    if (message.type() === 'warning' && /Vue warn|intlify/i.test(text)) complaints.push(text)
  })
}

export { expect, Account, Server }
