import { expect, listen, Server, test as base } from './support/test'
import { Account } from './support/account'
import { Person } from './support/person'

// These tests stop the server: they have one each.
const test = base.extend<{ own: Server; come: (name: string, account?: Account) => Promise<Person> }>({
  own: async ({}, use) => {
    const server = await Server.start()
    await use(server)
    await server.end()
  },
  come: async ({ browser, own, complaints }, use) => {
    const people: Person[] = []
    await use(async (name, account) => {
      const context = await browser.newContext({ baseURL: own.url })
      const known = account ?? (await Account.make(own, name))
      const page = await context.newPage()
      listen(page, complaints)
      await page.goto('/app/')
      await page.getByLabel('Username or e-mail').fill(known.username)
      await page.getByLabel('Password', { exact: true }).fill(known.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Chats' })).toBeVisible()
      const person = new Person(context, page, known)
      people.push(person)
      return person
    })
    await Promise.all(people.map((it) => it.context.close()))
  },
})

const bar = (of: Person) => of.page.locator('[data-connection]')

test('offline: what is written waits, and is sent once; what was missed comes without a reload', async ({ come }) => {
  const [ann, bob] = [await come('Ann'), await come('Bob')]
  const room = await ann.account.direct(bob.account)
  await ann.open('Bob')
  await bob.open('Ann')
  await ann.say('before')
  await bob.sees('before')
  await ann.context.setOffline(true)
  await expect(bar(ann)).toContainText('Offline. What you write is sent when you are back.')
  await ann.say('one, written offline')
  await ann.say('two, written offline')
  await expect(ann.row('one, written offline').getByRole('img', { name: /Waiting|Sending/ })).toBeVisible()
  await expect(bar(ann)).toContainText('2 messages wait')
  await bob.say('meanwhile')
  await expect(bob.row('meanwhile').getByRole('img', { name: 'Sent' })).toBeVisible()
  await expect(bob.row('offline')).toHaveCount(0)
  await ann.context.setOffline(false)
  await expect(bar(ann)).toHaveAttribute('data-connection', 'online', { timeout: 30_000 })
  await ann.sees('meanwhile')
  for (const words of ['one, written offline', 'two, written offline']) {
    await expect(bob.row(words)).toHaveCount(1)
    await expect(ann.row(words)).toHaveCount(1)
    await expect(ann.row(words).getByRole('img', { name: 'Read' })).toBeVisible()
  }
  const page = await ann.account.call<{ messages: { content: string }[] }>('GET', `/rooms/${room}/messages?limit=50`)
  expect(page.messages.map((it) => it.content)).toEqual([
    'before',
    'meanwhile',
    'one, written offline',
    'two, written offline',
  ])
})

test('the server is stopped and started: everybody is back by themselves, nothing is lost or doubled', async ({
  come,
  own,
}) => {
  const [ann, bob] = [await come('Ann'), await come('Bob')]
  await ann.account.direct(bob.account)
  await ann.open('Bob')
  await bob.open('Ann')
  await ann.say('before')
  await bob.sees('before')
  await own.stop()
  await expect(bar(ann)).not.toHaveAttribute('data-connection', 'online')
  await ann.say('into the silence')
  await bob.say('me too')
  await own.begin()
  for (const it of [ann, bob]) {
    await expect(bar(it)).toHaveAttribute('data-connection', 'online', { timeout: 40_000 })
    for (const words of ['before', 'into the silence', 'me too']) await expect(it.row(words)).toHaveCount(1)
  }
  await ann.say('after')
  await bob.sees('after')
})

test('the menu of a message that waits knows when it is sent', async ({ come }) => {
  const [ann, bob] = [await come('Ann'), await come('Bob')]
  await ann.account.direct(bob.account)
  await ann.open('Bob')
  await ann.context.setOffline(true)
  await expect(bar(ann)).toContainText('Offline')
  await ann.say('on its way')
  await ann.row('on its way').locator('.bubble').click({ button: 'right', position: { x: 8, y: 8 } })
  const item = (name: string) => ann.page.getByRole('menuitem', { name, exact: true })
  await expect(item('Copy text')).toBeFocused()
  await expect(item('Discard')).toBeVisible()
  await expect(item('Reply')).toHaveCount(0)
  await item('Discard').focus()
  await ann.context.setOffline(false)
  await expect(item('Reply')).toBeFocused({ timeout: 30_000 })
  await expect(item('Discard')).toHaveCount(0)
  await item('Edit').click()
  await ann.field.fill('arrived')
  await ann.field.press('Enter')
  await bob.open('Ann')
  await bob.sees('arrived')
})

test('messages written offline survive closing the page', async ({ come }) => {
  const [ann, bob] = [await come('Ann'), await come('Bob')]
  await ann.account.direct(bob.account)
  await bob.open('Ann')
  await ann.open('Bob')
  await ann.context.setOffline(true)
  await ann.say('kept for later')
  await expect(ann.row('kept for later')).toHaveCount(1)
  await ann.page.close()
  await ann.context.setOffline(false)
  const page = await ann.context.newPage()
  await page.goto('/app/')
  await bob.sees('kept for later')
  await expect(bob.row('kept for later')).toHaveCount(1)
})

test('two tabs of one person show the same, and send everything once', async ({ come }) => {
  const [ann, bob] = [await come('Ann'), await come('Bob')]
  await ann.account.direct(bob.account)
  await bob.open('Ann')
  const second = new Person(ann.context, await ann.context.newPage(), ann.account)
  await second.page.goto('/app/')
  await ann.open('Bob')
  await second.open('Bob')
  await ann.say('from the first')
  await second.say('from the second')
  for (const it of [ann, second, bob]) {
    for (const words of ['from the first', 'from the second']) await expect(it.row(words)).toHaveCount(1)
  }
  await bob.say('hello to both')
  for (const it of [ann, second]) await it.sees('hello to both')
  await expect(second.entry('Bob')).not.toContainText('unread')
})

test('a message that is refused stays, with the reason, and is discarded', async ({ come }) => {
  const [ann, bob] = [await come('Ann'), await come('Bob')]
  const room = await ann.account.group('Door', bob.account)
  await bob.open('Door')
  await bob.context.setOffline(true)
  await bob.say('am I still here?')
  await ann.account.call('DELETE', `/rooms/${room}/members/${bob.account.id}`)
  await bob.context.setOffline(false)
  await expect(bob.page.getByText('This room no longer exists.')).toBeVisible({ timeout: 30_000 })
})
