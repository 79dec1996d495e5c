import { AxeBuilder } from '@axe-core/playwright'
import type { RuleObject } from 'axe-core'

import { expect, listen, Server, test } from './support/test'
import { scene, type Scene } from './support/scene'
import type { Page } from '@playwright/test'

// One world for all of them; what one finds does not keep the others from looking.
let server: Server
let world: Scene

test.beforeAll(async ({ browser }) => {
  server = await Server.start()
  const page = await browser.newPage()
  await page.goto(`${server.url}/app/sign-in`)
  world = await scene(server, page)
  await page.close()
})
test.afterAll(() => server.end())

async function check(page: Page, what: string, rules: RuleObject = {}): Promise<void> {
  // What fades in is not judged half-way.
  await page.waitForTimeout(450)
  const { violations } = await new AxeBuilder({ page })
    .options({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // What is read out must hold what is seen: whoever speaks to a page says what they see.
      rules: { 'label-content-name-mismatch': { enabled: true }, ...rules },
    })
    .analyze()
  expect.soft(
    violations.map(
      (it) =>
        `${it.id}: ${it.nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join('; ')}`,
    ),
    what,
  ).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 780 },
  ]) {
    test(`axe finds nothing, ${colorScheme}, ${viewport.width} wide`, async ({ browser, complaints }) => {
      test.setTimeout(300_000)
      const context = await browser.newContext({ baseURL: server.url, colorScheme, viewport })
      const page = await context.newPage()
      listen(page, complaints)
      await page.goto('/app/')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await check(page, 'sign in, with complaints')
      await page.goto('/app/register')
      await check(page, 'register')
      await context.request.post('/v1/auth/login?cookie=true', {
        data: { username: world.ann.username, password: world.ann.password },
      })
      await page.evaluate(() => localStorage.setItem('parlor.session', String(Date.now())))
      for (const [path, ready] of [
        ['', 'Hiking on Sunday'],
        [`rooms/${world.group}`, 'big thermos'],
        [`rooms/${world.direct}`, 'Next time you come along!'],
        [`rooms/${world.group}?panel=details`, 'Leave room'],
        [`rooms/${world.group}?panel=search`, 'Type to search'],
        [`rooms/${world.group}?panel=pins`, 'Pinned messages'],
        ['friends', 'Sofia Reyes'],
        ['explore', 'Discover'],
        ['servers', 'Garden Club'],
        [`servers/${world.server}`, 'Garden Club'],
        [`servers/${world.server}/people`, '@sofia'],
        [`rooms/${world.square}?panel=details`, 'Kept out'],
        ['search', 'Type to search'],
        ['settings', 'Appearance'],
        ['settings/profile', 'Display name'],
        ['settings/account', 'Delete account'],
        ['settings/devices', 'This device'],
        ['settings/look', '繁體中文'],
        ['settings/notifications', 'Desktop notifications'],
        ['settings/privacy', 'Read receipts'],
        ['nowhere', 'Nothing here'],
        ['join/999', 'This server no longer exists'],
      ] as const) {
        await page.goto(`/app/${path}`)
        await expect(page.getByText(ready).filter({ visible: true }).first(), path).toBeVisible()
        await check(page, path)
      }
      await page.goto(`/app/servers/${world.server}/people`)
      for (const tab of ['Invitations', 'Banned']) {
        await page.getByRole('tab', { name: tab }).click()
        await expect(page.locator('ul.card').getByRole('listitem').first()).toBeVisible()
        await check(page, tab)
      }
      await page.goto('/app/friends')
      await page.getByRole('tab', { name: 'Requests' }).click()
      await check(page, 'requests')
      await page.getByRole('button', { name: 'Add friend' }).first().click()
      await page.getByLabel('Find people').fill('mei')
      await expect(page.locator('[data-user=meiling]')).toBeVisible()
      await check(page, 'people found')

      await page.goto(`/app/rooms/${world.group}`)
      await page.getByText('big thermos').last().click({ button: 'right' })
      await expect(page.getByRole('menu')).toBeVisible()
      // An open menu has the focus, and no landmark: axe allows that of dialogs only.
      await check(page, 'menu of a message', { region: { enabled: false } })
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Emoji' }).click()
      await check(page, 'emoji')
      await page.keyboard.press('Escape')
      await page.getByRole('textbox', { name: /^Write to/ }).fill('@so')
      await page.getByRole('textbox', { name: /^Write to/ }).press('End')
      await expect(page.getByRole('listbox')).toBeVisible()
      await check(page, 'mentions')
      await page.getByRole('textbox', { name: /^Write to/ }).fill('')
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('combobox')).toBeVisible()
      await check(page, 'switcher')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /Image ridge/ }).click()
      await expect(page.getByRole('dialog', { name: 'Image viewer' })).toBeVisible()
      await check(page, 'picture')
      await context.close()
    })
  }
}
