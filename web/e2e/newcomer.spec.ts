import { expect, listen, test } from './support/test'

test('whoever comes for the first time is told where they are, and what to do next', async ({
  browser,
  server,
  complaints,
}) => {
  const context = await browser.newContext({ baseURL: server.url })
  const page = await context.newPage()
  listen(page, complaints)
  await page.goto('/app/')
  await expect(page.getByRole('heading', { name: 'Welcome to Parlor' })).toBeVisible()
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Username').fill(`new${process.pid}`)
  await page.getByLabel('E-mail').fill('nonsense')
  await page.getByLabel('Password', { exact: true }).fill('correct horse')
  await page.keyboard.press('Enter')
  // What is wrong is said where it is wrong, and one goes on writing there.
  await expect(page.getByText('This is not an e-mail address.')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await page.getByLabel('E-mail').fill('')
  await page.keyboard.press('Enter')

  await expect(page.getByRole('heading', { name: `Welcome, new${process.pid}!` })).toBeVisible()
  await expect(page.getByRole('main').getByText(`Friends find you as @new${process.pid}.`)).toBeVisible()
  await page.getByRole('link', { name: /^Find friends/ }).click()
  await expect(page.getByRole('textbox', { name: 'Find people' })).toBeFocused()
  await page.goBack()
  await page.getByRole('button', { name: /^Create or join a server/ }).click()
  await expect(page.getByRole('dialog', { name: 'New server' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: /^Look around/ }).click()
  await page.getByRole('button', { name: 'Join' }).first().click()
  await expect(page.getByRole('log')).toBeVisible()
  // With the first room the welcome has done its duty.
  await page.getByRole('link', { name: 'Chats' }).click()
  await expect(page.getByRole('heading', { name: 'Choose a chat' })).toBeVisible()

  await context.clearCookies()
  await page.goto('/app/sign-in')
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await context.close()
})

test('the page that opens without a network is never empty', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await ann.page.goto(`/app/rooms/${room}`)
  await expect(ann.field).toBeVisible()
  await ann.page.evaluate(async () => {
    await navigator.serviceWorker.ready
    if (!navigator.serviceWorker.controller) {
      await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done))
    }
  })
  // Seen once with the worker at hand; then gone before anything else could be fetched.
  await ann.page.reload()
  await expect(ann.field).toBeVisible()
  await ann.context.setOffline(true)
  await ann.page.goto('/app/friends')
  await expect(ann.page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await ann.page.goto('/app/')
  await expect(ann.page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await expect(ann.page.getByRole('status').filter({ hasText: 'Offline' })).toBeVisible()
})
