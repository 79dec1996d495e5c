import { devices } from '@playwright/test'

import { expect, test } from './support/test'

const { viewport, userAgent, isMobile, hasTouch } = devices['Pixel 5']
const phone = { viewport, userAgent, isMobile, hasTouch }

test('on a phone one column is seen at a time, and back leads back', async ({ arrive }) => {
  const ann = await arrive('Ann', phone)
  const bob = await arrive('Bob')
  await ann.account.direct(bob.account)
  await ann.entry('Bob').tap()
  await expect(ann.field).toBeVisible()
  await expect(ann.entry('Bob')).toBeHidden()
  // On a keyboard of glass Enter makes a line; the button sends.
  await ann.field.fill('from my phone')
  await ann.field.press('Enter')
  await expect(ann.field).toHaveValue('from my phone\n')
  await ann.page.getByRole('button', { name: 'Send message' }).tap()
  await bob.open('Ann')
  await bob.sees('from my phone')
  await ann.page.getByRole('button', { name: 'Details', exact: true }).tap()
  await expect(ann.page.getByRole('complementary', { name: 'Details' })).toBeVisible()
  await ann.page.goBack()
  await expect(ann.page.getByRole('complementary')).toHaveCount(0)
  await expect(ann.field).toBeVisible()
  await ann.page.getByRole('link', { name: 'Back' }).tap()
  await expect(ann.entry('Bob')).toBeVisible()
  await ann.goTo('Settings')
  await ann.page.getByRole('link', { name: 'Appearance' }).tap()
  await expect(ann.page.getByText('繁體中文')).toBeVisible()
})

test('holding a finger on a message opens its menu; lifting it presses nothing', async ({ arrive }) => {
  const ann = await arrive('Ann', phone)
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await bob.account.say(room, 'hold me')
  await ann.page.goto(`/app/rooms/${room}`)
  await ann.sees('hold me')
  const box = await ann.row('hold me').locator('.bubble').boundingBox()
  const touch = await ann.context.newCDPSession(ann.page)
  const point = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 10 }
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
  await expect(ann.page.getByRole('menuitem', { name: 'Reply' })).toBeVisible()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await ann.page.getByRole('menuitem', { name: 'Reply' }).tap()
  await expect(ann.page.getByText('Reply to Bob')).toBeVisible()
})

test('nothing is wider than the phone', async ({ arrive }) => {
  const ann = await arrive('Ann', phone)
  const bob = await arrive('Bob')
  const room = await ann.account.direct(bob.account)
  await bob.account.say(room, 'x'.repeat(400))
  await bob.account.say(room, `https://example.org/${'long/'.repeat(60)}`)
  for (const path of [
    '',
    `rooms/${room}`,
    `rooms/${room}?panel=details`,
    'friends',
    'servers',
    'explore',
    'settings',
    'settings/profile',
    'settings/devices',
    'settings/look',
    'search',
  ]) {
    await ann.page.goto(`/app/${path}`)
    await ann.page.waitForTimeout(300)
    const { inner, scroll } = await ann.page.evaluate(() => ({
      inner: innerWidth,
      scroll: document.documentElement.scrollWidth,
    }))
    expect(scroll, path).toBeLessThanOrEqual(inner)
    const wide = await ann.page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter(
          (it) =>
            it.getBoundingClientRect().right > innerWidth + 1 &&
            it.checkVisibility() &&
            !it.closest('[role=tablist], .for-readers'),
        )
        .map((it) => it.className)
        .slice(0, 3),
    )
    expect(wide, path).toEqual([])
  }
})
