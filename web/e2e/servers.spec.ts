import { expect, test } from './support/test'
import type { Person } from './support/person'

async function people(by: Person, server: number, tab?: string): Promise<void> {
  await by.page.goto(`/app/servers/${server}/people`)
  if (tab) await by.page.getByRole('tab', { name: tab }).click()
}

async function press(by: Person, name: RegExp, what: string): Promise<void> {
  await by.page.locator('#main').getByRole('button', { name }).click()
  await by.page.getByRole('menuitem', { name: what }).click()
}

test('the owner of a server gives roles and hands it over; its members see it live', async ({ arrive }) => {
  const [ann, max, bob] = [await arrive('Ann'), await arrive('Max'), await arrive('Bob')]
  const { server_id: id } = await ann.account.call<{ server_id: number }>('POST', '/servers', { name: 'Workshop' })
  for (const it of [max, bob]) await it.account.call('PUT', `/servers/${id}/members/me`)
  await ann.page.goto(`/app/servers/${id}`)
  await ann.page.getByRole('button', { name: 'Server actions' }).click()
  await ann.page.getByRole('menuitem', { name: 'Members and invitations' }).click()
  await people(bob, id)
  await expect(bob.page.getByRole('tab')).toHaveCount(0)
  await press(ann, /Max/, 'Make admin')
  for (const it of [ann, bob])
    await expect(it.page.locator('#main').getByRole('button', { name: /Max/ })).toContainText('Admin')
  await people(max, id)
  await expect(max.page.getByRole('tab', { name: 'Banned' })).toBeVisible()
  // An admin looks after members, and not after the owner, nor after roles.
  await max.page.locator('#main').getByRole('button', { name: /Ann/ }).click()
  await expect(max.page.getByRole('menuitem')).toHaveText(['Profile'])
  await max.page.keyboard.press('Escape')
  await max.page.locator('#main').getByRole('button', { name: /Bob/ }).click()
  await expect(max.page.getByRole('menuitem')).toHaveText(['Profile', 'Remove from server', 'Ban from server'])
  await max.page.keyboard.press('Escape')
  await press(ann, /Max/, 'Make owner')
  await ann.dialog().getByRole('button', { name: 'Make owner' }).click()
  for (const it of [ann, bob, max])
    await expect(it.page.locator('#main').getByRole('button', { name: /Max/ })).toContainText('Owner')
  await expect(ann.page.getByRole('tab', { name: 'Banned' })).toBeVisible()
})

test('somebody is removed from a server, another is banned, and let in again', async ({ arrive }) => {
  const [ann, bob, eve] = [await arrive('Ann'), await arrive('Bob'), await arrive('Eve')]
  const { server_id: id } = await ann.account.call<{ server_id: number }>('POST', '/servers', { name: 'Garden' })
  for (const it of [bob, eve]) await it.account.call('PUT', `/servers/${id}/members/me`)
  await eve.page.goto(`/app/servers/${id}`)
  await people(ann, id)
  await press(ann, /Bob/, 'Remove from server')
  await expect(ann.dialog()).toContainText('Remove Bob from “Garden”?')
  await ann.dialog().getByRole('button', { name: 'Remove' }).click()
  await expect(ann.page.locator('#main').getByRole('button', { name: /Bob/ })).toHaveCount(0)
  await press(ann, /Eve/, 'Ban from server')
  await ann.dialog('Ban Eve?').getByLabel('Reason').fill('spam')
  await ann.dialog('Ban Eve?').getByRole('button', { name: 'Ban from server' }).click()
  await expect(ann.page.locator('#main').getByRole('button', { name: /Eve/ })).toHaveCount(0)
  await expect(eve.page.getByText('This server no longer exists.').first()).toBeVisible()
  await eve.page.goto(`/app/join/${id}`)
  await expect(eve.page.getByText('You may not come in here any more.')).toBeVisible()
  await ann.page.getByRole('tab', { name: 'Banned' }).click()
  const row = ann.page.getByRole('listitem').filter({ hasText: 'spam' })
  await expect(row).toContainText('Eve')
  await row.getByRole('button', { name: 'Let in again' }).click()
  await expect(ann.page.getByText('Nobody is banned')).toBeVisible()
  await eve.page.goto(`/app/join/${id}`)
  await eve.page.getByRole('button', { name: 'Join' }).click()
  await expect(eve.page.getByRole('heading', { name: 'Garden' })).toBeVisible()
})

test('invitations are made with limits, copied, used and taken back', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const body = { name: 'Closed circle', is_open: false }
  const { server_id: id } = await ann.account.call<{ server_id: number }>('POST', '/servers', body)
  await people(ann, id, 'Invitations')
  await expect(ann.page.getByText('No invitations are out')).toBeVisible()
  await ann.page.getByLabel('For how many people').selectOption('5')
  await ann.page.getByRole('button', { name: 'New invitation' }).click()
  const invite = ann.page.locator('[data-invite]')
  await expect(invite).toContainText('Used 0 of 5 times')
  await expect(invite).toContainText('by Ann')
  await ann.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await invite.getByRole('button', { name: 'Copy link' }).click()
  await ann.seesToast('Copied')
  await bob.page.goto(await ann.page.evaluate(() => navigator.clipboard.readText()))
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(bob.page.getByRole('heading', { name: 'Closed circle' })).toBeVisible()
  await expect(invite).toContainText('Used 1 of 5 times')
  await invite.getByRole('button', { name: 'Take back' }).click()
  await expect(ann.page.getByText('No invitations are out')).toBeVisible()
})

test('a kick from a public room asks, and can keep somebody out until they are let in', async ({ arrive }) => {
  const [ann, eve] = [await arrive('Ann'), await arrive('Eve')]
  const made = await ann.account.call<{ chatroom_id: string }>('POST', '/rooms', {
    kind: 'public',
    chatroom_name: `Square ${Date.now()}`,
  })
  const room = made.chatroom_id
  await eve.account.call('PUT', `/rooms/${room}/members/me`)
  await eve.page.goto(`/app/rooms/${room}`)
  await expect(eve.field).toBeVisible()
  await ann.page.goto(`/app/rooms/${room}?panel=details`)
  const details = ann.page.getByRole('complementary', { name: 'Details' })
  const kick = async (out: boolean) => {
    await details.getByRole('button', { name: /Eve/ }).click()
    await ann.page.getByRole('menuitem', { name: 'Remove from room' }).click()
    await expect(ann.dialog()).toContainText('Remove Eve from')
    if (out) await ann.dialog().getByRole('switch', { name: 'Keep them out' }).click()
    await ann.dialog().getByRole('button', { name: 'Remove' }).click()
  }
  await kick(false)
  await eve.page.getByRole('button', { name: 'Join' }).click()
  await expect(eve.field).toBeVisible()
  await kick(true)
  await expect(eve.page.getByText('This room no longer exists.')).toBeVisible()
  await eve.page.reload()
  await expect(eve.page.getByText('This room no longer exists.')).toBeVisible()
  await expect(eve.page.getByRole('button', { name: 'Join' })).toHaveCount(0)
  await eve.goTo('Discover')
  await expect(eve.page.locator('[data-room]').first()).toBeVisible()
  await expect(eve.page.locator('[data-room^="Square"]')).toHaveCount(0)
  await expect(details.getByText('Kept out')).toBeVisible()
  await details.getByRole('button', { name: 'Let in again' }).click()
  await expect(details.getByText('Kept out')).toHaveCount(0)
  await eve.page.goto(`/app/rooms/${room}`)
  await eve.page.getByRole('button', { name: 'Join' }).click()
  await expect(eve.field).toBeVisible()
})
