import { devices } from '@playwright/test'

import { expect, test } from './support/test'
import type { Person } from './support/person'

const { viewport, userAgent, isMobile, hasTouch } = devices['Pixel 5']
const phone = { viewport, userAgent, isMobile, hasTouch }

/** What can be pressed, but is missed by a finger that lands 19 pixels beside its middle. */
const missed = (of: Person): Promise<string[]> =>
  of.page.evaluate(() => {
    const reach = 19
    const all = [...document.querySelectorAll<HTMLElement>('button, a[href], [role=menuitem], input:not(.for-readers)')]
    return all
      .filter((it) => {
        const box = it.getBoundingClientRect()
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
        // In the middle of a sentence, or under something else, or at the edge of the screen.
        const isWord = it.closest('.bubble .words, .skip, p') !== null || it.matches('.name')
        const isAt = (dx: number, dy: number) => {
          const hit = document.elementFromPoint(x + dx, y + dy)
          return hit !== null && (it.contains(hit) || hit.closest('label')?.contains(it) === true)
        }
        const inside = x > reach && y > reach && x < innerWidth - reach && y < innerHeight - reach
        if (isWord || !inside || !it.checkVisibility() || !isAt(0, 0)) return false
        return ![
          [0, -reach],
          [0, reach],
          [-reach, 0],
          [reach, 0],
        ].every(([dx = 0, dy = 0]) => isAt(dx, dy))
      })
      .map((it) => `${it.getAttribute('aria-label') ?? it.textContent?.trim().slice(0, 30)} .${it.className}`)
  })

test('on a phone everything that can be pressed is as large as a fingertip', async ({ arrive }) => {
  const ann = await arrive('Ann', phone)
  const bob = await arrive('Bob')
  const cem = await arrive('Cem')
  await ann.account.befriend(bob.account)
  await cem.account.call('PUT', `/friends/${ann.account.id}`)
  const room = await ann.account.group('Fingers', bob.account)
  const { message_id } = await bob.account.say(room, 'press me')
  await bob.account.call('PUT', `/messages/${message_id}/reactions/${encodeURIComponent('🎉')}`)
  const all: Record<string, string[]> = {}
  for (const path of [
    '',
    `rooms/${room}`,
    `rooms/${room}?panel=details`,
    `rooms/${room}?panel=search`,
    'friends',
    'explore',
    'servers',
    'settings',
    'settings/profile',
    'settings/look',
    'settings/devices',
    'search',
  ]) {
    await ann.page.goto(`/app/${path}`)
    await expect(ann.page.locator('.skeleton')).toHaveCount(0)
    await ann.page.waitForTimeout(250)
    const found = await missed(ann)
    if (found.length > 0) all[path] = found
  }
  expect(all).toEqual({})
})

test('a reaction is two touches away, and the emoji bring up no keyboard', async ({ arrive }) => {
  const ann = await arrive('Ann', phone)
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await bob.account.say(room, 'are you coming?')
  await ann.page.goto(`/app/rooms/${room}`)
  await ann.row('are you coming?').locator('.bubble').click({ button: 'right', position: { x: 8, y: 8 } })
  await ann.page.getByRole('menuitemcheckbox', { name: 'React 👍' }).tap()
  await expect(ann.row('are you coming?').getByRole('button', { name: /👍/ })).toBeVisible()
  await ann.chooseFromMenu('React', 'are you coming?')
  await expect(ann.page.getByRole('dialog', { name: 'Choose an emoji' })).toBeFocused()
})

test('on a phone the settings begin with oneself', async ({ arrive }) => {
  const ann = await arrive('Ann', phone)
  await ann.goTo('Settings')
  await ann.page.getByRole('link', { name: new RegExp(`@${ann.account.username}`) }).tap()
  await expect(ann.page.getByLabel('Display name')).toBeVisible()
})
