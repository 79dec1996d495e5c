import { expect, test } from './support/test'
import type { Person } from './support/person'

async function choose(by: Person, mood: string): Promise<void> {
  await by.page.getByRole('button', { name: /^Me:/ }).click()
  await by.page.getByRole('menuitemcheckbox', { name: mood }).click()
}

async function shows(by: Person, mood: string): Promise<void> {
  await by.page.getByRole('button', { name: /^Me:/ }).click()
  await expect(by.page.getByRole('menuitemcheckbox', { name: mood })).toBeChecked()
  await expect(by.page.locator('[role=menuitemcheckbox][aria-checked=true]')).toHaveCount(1)
  await by.page.keyboard.press('Escape')
}

test('whoever is invisible sees so after a reload and on other devices, and is invisible on', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.account.befriend(bob.account)
  const room = await ann.account.direct(bob.account)
  await bob.page.goto(`/app/rooms/${room}`)
  const header = bob.page.getByRole('button', { name: /Ann.*Details$/ })
  await expect(header).toContainText('Online')
  await choose(ann, 'Invisible')
  await expect(header).toContainText('Offline')
  await shows(ann, 'Invisible')
  const tablet = await arrive('Ann', { account: ann.account })
  await shows(tablet, 'Invisible')
  await ann.page.reload()
  await shows(ann, 'Invisible')
  await ann.page.goto('/app/settings/profile')
  await expect(ann.page.getByRole('radio', { name: 'Invisible' })).toBeChecked()
  // What is chosen already may be chosen.
  await choose(ann, 'Invisible')
  await shows(ann, 'Invisible')
  await expect(header).toContainText('Offline')
  await choose(ann, 'Online')
  await expect(header).toContainText('Online')
  await shows(tablet, 'Online')
})

test('what was chosen lasts until the next time, however long one was away', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.account.befriend(bob.account)
  const room = await ann.account.direct(bob.account)
  await bob.page.goto(`/app/rooms/${room}`)
  const header = bob.page.getByRole('button', { name: /Ann.*Details$/ })
  await choose(ann, 'Do not disturb')
  await expect(header).toContainText('Do not disturb')
  await ann.page.goto('about:blank')
  // Beyond the moment that a reload is given.
  await expect(header).toContainText('Last seen', { timeout: 30_000 })
  await ann.page.goto('/app/')
  await expect(header).toContainText('Do not disturb')
  await shows(ann, 'Do not disturb')
})

test('do not disturb does not disturb', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await ann.page.addInitScript(() => {
    const shown: string[] = []
    Object.assign(window, { shown })
    class Quiet {
      static permission = 'granted'
      static requestPermission = () => Promise.resolve('granted')
      constructor(title: string) {
        shown.push(title)
      }
      close(): void {}
    }
    Object.assign(window, { Notification: Quiet })
    Object.defineProperty(document, 'hasFocus', { value: () => false })
  })
  await ann.page.goto('/app/settings/notifications')
  const toggle = ann.page.getByRole('switch', { name: 'Desktop notifications' })
  if ((await toggle.getAttribute('aria-checked')) !== 'true') await toggle.click()
  await expect(toggle).toBeChecked()
  const shown = () => ann.page.evaluate(() => (window as unknown as { shown: string[] }).shown)
  await bob.account.say(room, 'one')
  await expect.poll(shown).toEqual(['Bob'])
  await choose(ann, 'Do not disturb')
  await shows(ann, 'Do not disturb')
  await bob.account.say(room, 'two')
  await expect(ann.page).toHaveTitle(/^\(2\)/)
  await choose(ann, 'Online')
  await shows(ann, 'Online')
  // Whatever was to be shown of the second came before what is shown of the third.
  await bob.account.say(room, 'three')
  await expect.poll(shown).toEqual(['Bob', 'Bob'])
})
