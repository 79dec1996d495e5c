// Pictures of the main views, for people to look at: light and dark, wide and narrow.
import { mkdir } from 'node:fs/promises'

import { expect, Server, test } from './support/test'
import { landscape } from './support/pictures'
import { scene, type Scene } from './support/scene'
import { listen } from './support/test'

const folder = process.env['SCREENS'] ?? 'e2e/.results/screens'
const WIDE = { width: 1360, height: 850 }
const PHONE = { width: 390, height: 780 }

let server: Server
let world: Scene

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  await mkdir(folder, { recursive: true })
  server = await Server.start()
  const page = await browser.newPage()
  await page.goto(`${server.url}/app/sign-in`)
  world = await scene(server, page)
  await page.close()
})
test.afterAll(() => server.end())

for (const [look, viewport] of [
  ['wide', WIDE],
  ['phone', PHONE],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the main views, ${look}, ${colorScheme}`, async ({ browser, complaints }) => {
      test.setTimeout(120_000)
      const phone = look === 'phone'
      const context = await browser.newContext({
        baseURL: server.url,
        viewport,
        colorScheme,
        hasTouch: phone,
        isMobile: phone,
        deviceScaleFactor: phone ? 2 : 1,
      })
      const page = await context.newPage()
      listen(page, complaints)
      const shoot = async (name: string) => {
        await page.waitForTimeout(500)
        await page.screenshot({ path: `${folder}/${name}-${look}-${colorScheme}.png` })
      }
      await page.goto('/app/')
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
      await shoot('door')
      const answer = await context.request.post('/v1/auth/login?cookie=true', {
        data: { username: world.ann.username, password: world.ann.password },
      })
      expect(answer.ok()).toBe(true)
      await page.evaluate(() => localStorage.setItem('parlor.session', String(Date.now())))
      await page.goto('/app/')
      await expect(page.getByText('Hiking on Sunday').first()).toBeVisible()
      await shoot('chats')
      for (const [name, path, ready] of [
        ['group', `/app/rooms/${world.group}`, 'big thermos'],
        ['details', `/app/rooms/${world.group}?panel=details`, 'Leave room'],
        ['direct', `/app/rooms/${world.direct}`, 'Next time you come along!'],
        ['friends', '/app/friends', 'Sofia Reyes'],
        ['explore', '/app/explore', 'Discover'],
        ['server', `/app/servers/${world.server}`, 'Garden Club'],
        ['server-people', `/app/servers/${world.server}/people`, '@sofia'],
        ['public-details', `/app/rooms/${world.square}?panel=details`, 'Kept out'],
        ['profile', '/app/settings/profile', 'Display name'],
        ['look', '/app/settings/look', '繁體中文'],
        ['devices', '/app/settings/devices', 'This device'],
        ['account', '/app/settings/account', 'Delete account'],
      ] as const) {
        await page.goto(path)
        await expect(page.getByText(ready).filter({ visible: true }).first()).toBeVisible()
        await shoot(name)
      }
      await page.goto(`/app/servers/${world.server}/people`)
      for (const tab of ['Invitations', 'Banned']) {
        await page.getByRole('tab', { name: tab }).click()
        await shoot(`server-${tab.toLowerCase()}`)
      }
      await page.goto(`/app/rooms/${world.square}?panel=details`)
      await page.getByRole('complementary').getByRole('button', { name: /Sofia/ }).click()
      await page.getByRole('menuitem', { name: 'Remove from room' }).click()
      await shoot('kick')
      await page.keyboard.press('Escape')
      await page.goto(`/app/rooms/${world.group}`)
      await expect(page.getByText('big thermos').last()).toBeVisible()
      const emptied = async () => {
        await page.keyboard.press('Escape')
        await expect(page.locator('dialog, [role=menu], .picker')).toHaveCount(0)
      }
      await page.getByText('big thermos').last().click({ button: 'right' })
      await shoot('menu')
      await emptied()
      await page.getByRole('button', { name: 'Emoji' }).click()
      await shoot('emoji')
      await emptied()
      await page.getByRole('textbox', { name: /^Write to/ }).fill('What about @')
      await page.getByRole('textbox', { name: /^Write to/ }).press('End')
      await shoot('mention')
      await page.getByRole('textbox', { name: /^Write to/ }).fill('')
      await page.getByRole('button', { name: /Image ridge/ }).click()
      await shoot('picture')
      await emptied()
      await page.keyboard.press('Control+k')
      await shoot('switcher')
      await emptied()
      await page.goto(`/app/rooms/${world.group}?panel=search`)
      await page.getByRole('complementary').getByLabel('Search messages').fill('station')
      await expect(page.getByRole('complementary').getByRole('button', { name: /station/ })).toBeVisible()
      await shoot('search')
      await page.goto('/app/settings/profile')
      await page
        .getByLabel('Choose picture')
        .last()
        .setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await landscape(page, 9)) })
      await expect(page.getByRole('img', { name: 'Preview' })).toBeVisible()
      await shoot('crop')
      await page.goto('/app/')
      if (phone) await page.getByRole('button', { name: 'New chat' }).click()
      else await page.getByRole('button', { name: 'New chat' }).first().click()
      await page.getByRole('menuitem', { name: 'New group' }).click()
      await page.getByRole('button', { name: /Sofia/ }).last().click()
      await shoot('new-group')
      await context.close()
    })
  }
}
