// Small things that a demanding newcomer met.
import { devices } from '@playwright/test'

import { landscape } from './support/pictures'
import { Account, expect, listen, Server, test } from './support/test'

const { viewport, userAgent, isMobile, hasTouch } = devices['Pixel 5']
const phone = { viewport, userAgent, isMobile, hasTouch }

test('what is said about a dialog is seen over it, and can be put away', async ({ arrive }) => {
  const ann = await arrive('Ann')
  await ann.page.getByRole('button', { name: 'New server' }).click()
  await ann.dialog().getByRole('tab', { name: 'Join' }).click()
  await ann.dialog().getByLabel('Link or number').fill('4711')
  await ann.dialog().getByRole('button', { name: 'Join' }).last().click()
  const toast = ann.page.getByRole('status').filter({ hasText: 'There is no such server.' })
  await expect(toast).toBeVisible()
  const box = await toast.getByRole('button', { name: 'Close' }).boundingBox()
  const at = { x: (box?.x ?? 0) + 8, y: (box?.y ?? 0) + 8 }
  const top = await ann.page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.closest('.toast') !== null, at)
  expect(top, 'nothing lies over it').toBe(true)
  await toast.getByRole('button', { name: 'Close' }).click()
  await expect(toast).toHaveCount(0)
  await expect(ann.dialog()).toBeVisible()
})

test('a refusal says why', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const room = await ann.account.direct(bob.account)
  await ann.page.goto(`/app/rooms/${room}`)
  await expect(ann.field).toBeVisible()
  await bob.account.call('PUT', `/blocks/${ann.account.id}`)
  await ann.say('are you there?')
  const line = ann.row('are you there?')
  await expect(line).toContainText('This person is not accepting messages or requests.')
})

test('the answer and the files of a draft are there when one comes back to the room', async ({ arrive }) => {
  const [ann, bob, eve] = [await arrive('Ann'), await arrive('Bob'), await arrive('Eve')]
  const room = await ann.account.direct(bob.account)
  await ann.account.direct(eve.account)
  await bob.account.say(room, 'a question')
  await ann.open('Bob')
  await ann.chooseFromMenu('Reply', 'a question')
  const name = 'notes.txt'
  const file = { name, mimeType: 'text/plain', buffer: Buffer.from('notes') }
  await ann.page.locator('form input[type=file]').setInputFiles(file)
  await ann.field.fill('an answer')
  await ann.open('Eve')
  await expect(ann.page.getByText('Reply to Bob')).toHaveCount(0)
  await expect(ann.page.getByText(name)).toHaveCount(0)
  await ann.open('Bob')
  await expect(ann.page.getByText('Reply to Bob')).toBeVisible()
  await expect(ann.page.getByText(name)).toBeVisible()
  await expect(ann.field).toHaveValue('an answer')
  await ann.field.press('Enter')
  await expect(ann.row('an answer')).toContainText('a question')
  await expect(ann.row('an answer')).toContainText(name)
  // It went; nothing of it is left behind.
  await ann.open('Eve')
  await ann.open('Bob')
  await expect(ann.page.getByText('Reply to Bob')).toHaveCount(0)
})

test('what one says about oneself is read on one’s profile', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.account.call('PATCH', '/me', { bio: 'I mend boats.\nAnd sails.' })
  const room = await ann.account.direct(bob.account)
  await bob.page.goto(`/app/rooms/${room}?panel=details`)
  await bob.page.getByRole('button', { name: 'Profile' }).click()
  await expect(bob.dialog('Ann')).toContainText('About me')
  await expect(bob.dialog('Ann')).toContainText('And sails.')
})

test('nobody writes to somebody they have blocked, until they unblock them', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const room = await ann.account.direct(bob.account)
  await bob.account.say(room, 'hello')
  await ann.page.goto(`/app/rooms/${room}`)
  await ann.sees('hello')
  await ann.account.call('PUT', `/blocks/${bob.account.id}`)
  await expect(ann.page.getByText('You have blocked Bob.')).toBeVisible()
  await expect(ann.field).toHaveCount(0)
  await ann.row('hello').locator('.bubble').click({ button: 'right', position: { x: 8, y: 8 } })
  await expect(ann.page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible()
  for (const what of ['Reply', 'React', 'Pin']) {
    await expect(ann.page.getByRole('menuitem', { name: what, exact: true })).toHaveCount(0)
  }
  await ann.page.keyboard.press('Escape')
  await ann.page.getByRole('button', { name: 'Unblock' }).click()
  await expect(ann.field).toBeVisible()
  await ann.say('hello again')
  await expect(ann.row('hello again').getByRole('img', { name: /Sent|Delivered|Read/ })).toBeVisible()
})

test('a deleted account is called so, and nobody writes to it', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.account.befriend(bob.account)
  const room = await ann.account.direct(bob.account)
  await bob.account.say(room, 'goodbye')
  await ann.page.goto(`/app/rooms/${room}`)
  await ann.sees('goodbye')
  await bob.account.call('DELETE', '/me', { password: bob.account.password })
  await expect(ann.page.getByText(/This account was deleted/)).toBeVisible()
  await expect(ann.page.getByRole('heading', { level: 1, name: 'Deleted account' })).toBeVisible()
  await expect(ann.field).toHaveCount(0)
  await expect(ann.entry('Deleted account')).toBeVisible()
  await ann.page.reload()
  await ann.sees('goodbye')
  await expect(ann.page.getByText(/This account was deleted/)).toBeVisible()
  await expect(ann.page.getByText('Online')).toHaveCount(0)
  await ann.page.goto(`/app/rooms/${room}?panel=details`)
  await expect(ann.page.getByRole('button', { name: 'Delete chat' })).toBeVisible()
  await expect(ann.page.getByRole('button', { name: 'Profile' })).toHaveCount(0)
  await expect(ann.page.getByText('@deleted')).toHaveCount(0)
})

test('servers are there after a reload without a network', async ({ browser, complaints }) => {
  const own = await Server.start()
  const account = await Account.make(own, 'Ann')
  await account.call('POST', '/servers', { name: 'Workshop' })
  const context = await browser.newContext({ baseURL: own.url })
  const page = await context.newPage()
  listen(page, complaints)
  await page.goto('/app/')
  await page.getByLabel('Username or e-mail').fill(account.username)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('link', { name: 'Workshop' })).toBeVisible()
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  // The second visit has everything; what is known is written down when a page is left.
  await page.reload()
  await expect(page.getByRole('link', { name: 'Workshop' })).toBeVisible()
  await own.stop()
  await page.reload()
  await expect(page.getByRole('link', { name: 'Workshop' })).toBeVisible()
  await context.close()
  await own.end()
})

test('on a phone Back from a picture leads back to the room', async ({ arrive, server }) => {
  const ann = await arrive('Ann', phone)
  const bob = await Account.make(server, 'Bob')
  const room = await ann.account.direct(bob)
  const file = await bob.upload('ridge.jpg', 'image/jpeg', await landscape(ann.page, 7))
  await bob.say(room, 'look', { attachment_ids: [file] })
  await ann.entry('Bob').tap()
  await ann.sees('look')
  for (const close of [() => ann.page.goBack(), () => ann.dialog().getByRole('button', { name: 'Close' }).tap()]) {
    await ann.page.getByRole('button', { name: 'Image ridge.jpg' }).tap()
    await expect(ann.dialog('Image viewer')).toBeVisible()
    await close()
    await expect(ann.dialog('Image viewer')).toHaveCount(0)
    await expect(ann.field).toBeVisible()
  }
  await ann.page.goBack()
  await expect(ann.entry('Bob')).toBeVisible()
})

test('a link is copied without https, or is shown with the reason', async ({ browser, server, complaints }) => {
  const account = await Account.make(server, 'Ann')
  await account.call('POST', '/servers', { name: 'Workshop' })
  // As a page is that came over plain HTTP from another machine.
  const context = await browser.newContext({ baseURL: server.url })
  await context.addInitScript(() => {
    Object.defineProperty(window, 'isSecureContext', { value: false })
    Object.defineProperty(navigator, 'clipboard', { value: undefined })
  })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  listen(page, complaints)
  await page.goto('/app/')
  await page.getByLabel('Username or e-mail').fill(account.username)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Workshop' }).click()
  const copy = async () => {
    await page.getByRole('button', { name: 'Server actions' }).click()
    await page.getByRole('menuitem', { name: 'Copy link to join' }).click()
  }
  await copy()
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible()
  await page.evaluate(() => Object.assign(document, { execCommand: () => false }))
  await copy()
  await expect(page.getByRole('status').filter({ hasText: /only over https.*\/app\/join\// })).toBeVisible()
  await context.close()
})

test('an empty file is called empty', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.account.direct(bob.account)
  await ann.open('Bob')
  const file = { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) }
  await ann.page.locator('form input[type=file]').setInputFiles(file)
  await ann.seesToast('nothing.txt is empty.')
  await expect(ann.page.getByRole('button', { name: 'Send message' })).toBeDisabled()
})

test('the rooms that are there from the start are called in one’s own language', async ({ arrive }) => {
  const ann = await arrive('Ann')
  await ann.goTo('Discover')
  const card = (name: string) => ann.page.getByRole('listitem').filter({ has: ann.page.getByRole('heading', { name }) })
  await expect(card('Lobby')).toContainText('Where everybody can talk with everybody.')
  await ann.page.getByLabel('Search public rooms').fill('lobby')
  await card('Lobby').getByRole('button', { name: 'Join' }).click()
  await expect(ann.page.getByRole('heading', { level: 1, name: 'Lobby' })).toBeVisible()
  await expect(ann.entry('Lobby')).toBeVisible()
  await ann.page.goto('/app/settings/look')
  await ann.page.getByText('日本語').click()
  await ann.page.goto('/app/')
  await expect(ann.page.getByRole('link', { name: 'ロビー' })).toBeVisible()
})

