import { Account, expect, test } from './support/test'
import type { Person } from './support/person'

const details = async (of: Person) => {
  await of.page.getByRole('button', { name: 'Details', exact: true }).click()
  return of.page.getByRole('complementary', { name: 'Details' })
}

test('a group gains and loses members, a name and a description', async ({ arrive }) => {
  const [ann, bob, eve] = [await arrive('Ann'), await arrive('Bob'), await arrive('Eve')]
  const room = await ann.account.group('Kitchen', bob.account)
  await ann.page.goto(`/app/rooms/${room}`)
  const panel = await details(ann)
  await panel.getByRole('button', { name: 'Add' }).click()
  await ann.dialog('Add people').getByLabel('Search people by name').fill(eve.account.username)
  await ann
    .dialog('Add people')
    .getByRole('button', { name: new RegExp(`@${eve.account.username}`) })
    .click()
  await ann.dialog('Add people').getByRole('button', { name: 'Add', exact: true }).click()
  await eve.open('Kitchen')
  await expect(panel).toContainText('3 members')
  await panel.getByRole('button', { name: 'Rename' }).click()
  await panel.getByLabel('Name').fill('The old kitchen')
  await panel.getByLabel('Description').fill('Mind the step')
  await panel.getByRole('button', { name: 'Save' }).click()
  for (const it of [ann, eve])
    await expect(it.page.getByRole('heading', { level: 1, name: 'The old kitchen' })).toBeVisible()
  await panel.getByRole('button', { name: /Eve/ }).click()
  await ann.page.getByRole('menuitem', { name: 'Make admin' }).click()
  await expect(panel.getByRole('button', { name: /Eve/ })).toContainText('Admin')
  await panel.getByRole('button', { name: /Eve/ }).click()
  await ann.page.getByRole('menuitem', { name: 'Remove from room' }).click()
  // A group is not come into by oneself: there is nothing to keep out of.
  await expect(ann.dialog().getByRole('switch')).toHaveCount(0)
  await ann.dialog().getByRole('button', { name: 'Remove' }).click()
  await expect(eve.entry('The old kitchen')).toHaveCount(0)
  await expect(eve.page.getByText('This room no longer exists.')).toBeVisible()
})

test('a room is muted and pinned on all my devices, and left for good', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const tablet = await arrive('Ann', { account: ann.account })
  const quiet = await ann.account.group('Quiet', bob.account)
  const loud = await ann.account.group('Loud', bob.account)
  await bob.account.say(loud, 'boo')
  await ann.entry('Quiet').click({ button: 'right' })
  await ann.page.getByRole('menuitem', { name: 'Pin to the top' }).click()
  for (const it of [ann, tablet])
    await expect(it.page.getByRole('navigation', { name: 'List of chats' }).getByRole('link').first()).toContainText(
      'Quiet',
    )
  await ann.open('Loud')
  const panel = await details(ann)
  await panel.getByRole('button', { name: 'Mute for…' }).click()
  await ann.page.getByRole('menuitem', { name: '8 hours' }).click()
  await expect(panel).toContainText('Muted until')
  await expect(tablet.entry('Loud').locator('svg').first()).toBeVisible()
  await ann.open('Quiet')
  await bob.account.say(loud, 'boo again')
  await expect(ann.entry('Loud')).toContainText('1 unread')
  await expect(ann.page).not.toHaveTitle(/^\(/)
  await ann.entry('Loud').click({ button: 'right' })
  await ann.page.getByRole('menuitem', { name: 'Mark as read' }).click()
  await expect(tablet.entry('Loud')).not.toContainText('unread')
  await ann.entry('Loud').click({ button: 'right' })
  await ann.page.getByRole('menuitem', { name: 'Hide chat' }).click()
  await expect(tablet.entry('Loud')).toHaveCount(0)
  await ann.page.goto(`/app/rooms/${quiet}?panel=details`)
  await ann.page.getByRole('button', { name: 'Leave room' }).click()
  await ann.dialog().getByRole('button', { name: 'Leave' }).click()
  for (const it of [ann, tablet]) await expect(it.entry('Quiet')).toHaveCount(0)
})

test('a public room is made, found by another, entered and left', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const name = `Agora ${Date.now()}`
  await ann.goTo('Discover')
  await ann.page.getByRole('button', { name: 'New public room' }).click()
  await ann.dialog().getByLabel('Name of the room').fill(name)
  await ann.dialog().getByRole('button', { name: 'Create' }).click()
  await ann.say('anybody may speak')
  await bob.goTo('Discover')
  await bob.page.getByLabel('Search public rooms').fill(name)
  await bob.page.locator(`[data-room="${name}"]`).getByRole('button', { name: 'Join' }).click()
  await bob.sees('anybody may speak')
  await bob.say('then I do')
  await ann.sees('then I do')
  await (await details(bob)).getByRole('button', { name: 'Leave room' }).click()
  await bob.dialog().getByRole('button', { name: 'Leave' }).click()
  await expect(bob.entry(name)).toHaveCount(0)
})

test('a server with channels is made, joined by its link, talked on, and left', async ({ arrive, server }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.page.getByRole('button', { name: 'New server' }).click()
  await ann.dialog().getByLabel('Name of the server').fill('Workshop')
  await ann.dialog().getByRole('button', { name: 'Create server' }).click()
  await expect(ann.page.getByRole('heading', { name: 'Workshop' })).toBeVisible()
  for (const name of ['planning', 'show and tell']) {
    await ann.page.getByRole('button', { name: 'New channel' }).click()
    await ann.dialog().getByLabel('Name of the channel').fill(name)
    await ann.dialog().getByRole('button', { name: 'Create channel' }).click()
    await expect(ann.page.getByRole('heading', { level: 1, name })).toBeVisible()
  }
  await ann.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await ann.page.getByRole('button', { name: 'Server actions' }).click()
  await ann.page.getByRole('menuitem', { name: 'Copy link to join' }).click()
  const link = await ann.page.evaluate(() => navigator.clipboard.readText())
  expect(link).toContain(`${server.url}/app/join/`)

  await bob.page.goto(link)
  await expect(bob.page.getByText('Workshop')).toBeVisible()
  await bob.page.getByRole('button', { name: 'Join' }).click()
  const channels = bob.page.getByRole('navigation', { name: 'Channels' })
  await channels.getByRole('link', { name: 'planning' }).click()
  await bob.say('first plan: tea')
  await expect(
    ann.page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name: /planning/ }),
  ).toContainText('1 unread')
  await ann.page
    .getByRole('navigation', { name: 'Channels' })
    .getByRole('link', { name: /planning/ })
    .click()
  await ann.sees('first plan: tea')
  await bob.page.getByRole('button', { name: 'Server actions' }).click()
  await bob.page.getByRole('menuitem', { name: 'Leave server' }).click()
  await bob.dialog().getByRole('button', { name: 'Leave' }).click()
  await expect(bob.page.getByRole('link', { name: 'Workshop' })).toHaveCount(0)
})

test('a closed server is entered only by an invitation', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.page.getByRole('button', { name: 'New server' }).click()
  await ann.dialog().getByLabel('Name of the server').fill('Closed circle')
  await ann.dialog().getByRole('switch').click()
  await ann.dialog().getByRole('button', { name: 'Create server' }).click()
  await expect(ann.page.getByRole('heading', { name: 'Closed circle' })).toBeVisible()
  const id = ann.page.url().match(/servers\/(\d+)/)?.[1] ?? ''
  await bob.page.goto(`/app/join/${id}`)
  await expect(bob.page.getByText('This server no longer exists.')).toBeVisible()
  await ann.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await ann.page.getByRole('button', { name: 'Server actions' }).click()
  await expect(ann.page.getByRole('menuitem', { name: 'Copy link to join' })).toHaveCount(0)
  await ann.page.getByRole('menuitem', { name: 'Copy invitation' }).click()
  await ann.seesToast('Copied')
  await bob.page.goto(await ann.page.evaluate(() => navigator.clipboard.readText()))
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(bob.page.getByRole('heading', { name: 'Closed circle' })).toBeVisible()
  await ann.page.getByRole('button', { name: 'Server actions' }).click()
  await ann.page.getByRole('menuitem', { name: 'Edit server' }).click()
  await ann.dialog('Edit server').getByLabel('Name of the server').fill('Open circle')
  await ann.dialog('Edit server').getByRole('button', { name: 'Save' }).click()
  for (const it of [ann, bob]) await expect(it.page.getByRole('heading', { name: 'Open circle' })).toBeVisible()
})

test('among many members one is found by name, and no name can be typed that the server refuses', async ({
  arrive,
  server,
}) => {
  const ann = await arrive('Ann')
  const others = await Promise.all(Array.from({ length: 16 }, (_, n) => Account.make(server, `Member ${n + 1}`)))
  const room = await ann.account.group('Crowd', ...others)
  await ann.page.goto(`/app/rooms/${room}?panel=details`)
  const details = ann.page.getByRole('complementary', { name: 'Details' })
  await expect(details.getByRole('listitem')).toHaveCount(17)
  await expect(details.getByRole('listitem').nth(2)).toContainText('Member 2')
  await details.getByLabel('Search members').fill('member 16')
  await expect(details.getByRole('listitem')).toHaveCount(1)
  await details.getByLabel('Search members').fill('nobody at all')
  await expect(details.getByText('Nobody by that name')).toBeVisible()
  await details.getByRole('button', { name: 'Rename' }).click()
  await details.getByLabel('Name', { exact: true }).fill('')
  await details.getByLabel('Name', { exact: true }).pressSequentially('x'.repeat(80))
  await details.getByRole('button', { name: 'Save' }).click()
  await expect(ann.page.getByRole('heading', { level: 1, name: 'x'.repeat(64), exact: true })).toBeVisible()
})
