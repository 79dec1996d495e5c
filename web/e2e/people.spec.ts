import { Account, expect, test } from './support/test'
import { listen } from './support/test'
import { landscape } from './support/pictures'

test('registering says in words what is wrong, then lets one in, over reloads and in another tab', async ({
  browser,
  server,
  complaints,
}) => {
  const context = await browser.newContext({ baseURL: server.url })
  const page = await context.newPage()
  listen(page, complaints)
  await page.goto('/app/')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await expect(page.getByRole('heading', { name: 'Create an account' })).toBeVisible()
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByText('Please fill this in.')).toHaveCount(2)
  await page.getByLabel('Username').fill('newcomer')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByText('At least 8 characters, please.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill('long enough now')
  await page.getByLabel(/E-mail/).fill('not an address')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByText('This is not an e-mail address.')).toBeVisible()
  await page.getByLabel(/E-mail/).fill('newcomer@example.com')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByText('No chats yet')).toBeVisible()
  await page.reload()
  await expect(page.getByText('No chats yet')).toBeVisible()
  const tab = await context.newPage()
  await tab.goto('/app/friends')
  await expect(tab.getByText('No friends yet')).toBeVisible()
  // Signing out in one tab is signing out in all.
  await page.getByRole('button', { name: /^Me:/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  for (const it of [page, tab]) await expect(it.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await context.close()
})

test('a wrong password and a taken name are refused in words', async ({ browser, server, complaints }) => {
  const known = await Account.make(server, 'Known')
  const context = await browser.newContext({ baseURL: server.url })
  const page = await context.newPage()
  listen(page, complaints)
  await page.goto('/app/friends')
  await page.getByLabel('Username or e-mail').fill(known.username)
  await page.getByLabel('Password', { exact: true }).fill('quite another one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toHaveText('Wrong username or password.')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Username').fill(known.username)
  await page.getByLabel('Password', { exact: true }).fill('quite another one')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByText('This name is taken.')).toBeVisible()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Username or e-mail').fill(known.username)
  await page.getByLabel('Password', { exact: true }).fill(known.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  // Where one wanted to go in the first place.
  await expect(page).toHaveURL(/\/app\/friends$/)
  await context.close()
})

test('a profile is changed and a picture cut out; others see it at once', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  await ann.account.direct(bob.account)
  await bob.open('Ann')
  await ann.page.goto('/app/settings/profile')
  await ann.page.getByLabel('Display name').fill('Anna Nova')
  await ann.page.getByLabel('Status').fill('reading')
  await ann.page.getByLabel('About me').fill('I like\ntea.')
  await ann.page.getByRole('button', { name: 'Save' }).click()
  await ann.seesToast('Saved')
  await expect(bob.page.getByRole('heading', { level: 1, name: 'Anna Nova' })).toBeVisible()

  const buffer = Buffer.from(await landscape(ann.page, 3, 1200, 800))
  await ann.page.getByLabel('Choose picture').last().setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer })
  const dialog = ann.dialog('Crop picture')
  await expect(dialog.getByRole('img', { name: 'Preview' })).toBeVisible()
  const before = await dialog.locator('canvas').first().screenshot()
  await dialog.getByRole('slider').fill('2.5')
  await dialog.locator('canvas').first().focus()
  for (let times = 0; times < 6; times++) await ann.page.keyboard.press('ArrowRight')
  expect((await dialog.locator('canvas').first().screenshot()).equals(before)).toBe(false)
  await dialog.getByRole('button', { name: 'Use picture' }).click()
  await expect(dialog).toBeHidden()
  const face = ann.page.getByRole('region', { name: 'How others see you' }).locator('img')
  await expect(face).toBeVisible()
  const isSquare = (it: HTMLImageElement) => it.naturalWidth === it.naturalHeight && it.naturalWidth > 0
  await expect.poll(() => face.evaluate(isSquare)).toBe(true)
  await expect(bob.entry('Anna Nova').locator('img')).toBeVisible()
  await ann.page.getByRole('button', { name: 'Remove picture' }).click()
  await expect(face).toBeHidden()
})

test('a file that is no picture is refused before it is sent', async ({ arrive }) => {
  const ann = await arrive('Ann', { at: '/app/settings/profile' })
  await ann.page
    .getByLabel('Choose picture')
    .last()
    .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from('no picture') })
  await expect(ann.page.getByText('This file cannot be shown as a picture.')).toBeVisible()
})

test('devices are listed; one that is signed out is out at once, and told why', async ({ arrive }) => {
  const home = await arrive('Ann')
  const phone = await arrive('Ann', { account: home.account })
  await home.page.goto('/app/settings/devices')
  await expect(home.page.getByText('This device')).toBeVisible()
  await expect(home.page.getByText('Chrome · Linux').first()).toBeVisible()
  // One more is the scene's own, without a browser.
  await home.page.getByRole('button', { name: 'Sign out all others' }).click()
  await home.dialog().getByRole('button', { name: 'Sign out all others' }).click()
  await expect(phone.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await expect(phone.page.getByRole('status').filter({ hasText: 'You were signed out' })).toBeVisible()
  await expect(home.page.getByText('You are signed in nowhere else.')).toBeVisible()
})

test('the password is changed: the old one is of no use any more', async ({ arrive, server }) => {
  const ann = await arrive('Ann', { at: '/app/settings/account' })
  await ann.page.getByLabel('Current password').fill('a wrong one')
  await ann.page.getByLabel('New password').fill('a better password')
  await ann.page.getByRole('button', { name: 'Change password' }).click()
  await expect(ann.page.getByText('That is not your current password.')).toBeVisible()
  await ann.page.getByLabel('Current password').fill(ann.account.password)
  await ann.page.getByRole('button', { name: 'Change password' }).click()
  await ann.seesToast('The password is changed')
  const signIn = (password: string) =>
    fetch(`${server.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: ann.account.username, password }),
    })
  expect((await signIn('a better password')).status).toBe(200)
  await ann.page.reload()
  await expect(ann.page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
})

test('an account is deleted only by who types its name; what was written stays, without a name', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await ann.account.say(room, 'remember me')
  await ann.page.goto('/app/settings/account')
  await ann.page.getByRole('button', { name: 'Delete account' }).click()
  const sure = ann.dialog().getByRole('button', { name: 'Delete for good' })
  await expect(sure).toBeDisabled()
  await ann.dialog().getByLabel(/^Type your username/).fill(ann.account.username)
  await expect(sure).toBeDisabled()
  await ann.dialog().getByLabel('Current password').fill('a wrong guess')
  await sure.click()
  await expect(ann.page.getByText('That is not your current password.')).toBeVisible()
  await ann.page.getByRole('button', { name: 'Delete account' }).click()
  await ann.dialog().getByLabel(/^Type your username/).fill(ann.account.username)
  await ann.dialog().getByLabel('Current password').fill(ann.account.password)
  await sure.click()
  await expect(ann.page.getByText('Your account is deleted. Farewell.')).toBeVisible()
  await bob.page.goto(`/app/rooms/${room}`)
  await bob.sees('remember me')
})

test('a token that ended is renewed without a word; one that cannot be renewed leads to the door', async ({
  arrive,
  complaints,
}) => {
  const ann = await arrive('Ann')
  await ann.context.clearCookies({ name: 'access_token' })
  await ann.page.reload()
  await expect(ann.page.getByText('No chats yet')).toBeVisible()
  await ann.context.clearCookies()
  await ann.page.reload()
  await expect(ann.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  complaints.length = 0
})
