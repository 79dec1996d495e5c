import { expect, test } from './support/test'
import type { Person } from './support/person'

async function together(arrive: (name: string) => Promise<Person>): Promise<[Person, Person]> {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const room = await ann.account.group('Attic', bob.account)
  for (const it of [ann, bob]) {
    await it.page.goto(`/app/rooms/${room}`)
    await expect(it.field).toBeVisible()
  }
  return [ann, bob]
}

test('a message is edited: everybody sees it, and what it said before', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await ann.say('a mistaek')
  await bob.sees('a mistaek')
  await ann.field.press('ArrowUp')
  await expect(ann.page.getByText('Edit message')).toBeVisible()
  await ann.field.fill('a mistake')
  await ann.field.press('Enter')
  for (const it of [ann, bob]) {
    await it.sees('a mistake')
    await expect(it.row('a mistake')).toContainText('edited')
    await expect(it.row('a mistaek')).toHaveCount(0)
  }
  await bob.chooseFromMenu('Earlier versions', 'a mistake')
  await expect(bob.dialog('Earlier versions')).toContainText('a mistaek')
  await bob.page.keyboard.press('Escape')
  await expect(bob.dialog()).toHaveCount(0)
})

test('a message is deleted for everybody, after a question', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await ann.say('a secret')
  await bob.sees('a secret')
  await ann.chooseFromMenu('Delete', 'a secret')
  await ann.dialog('Delete this message?').getByRole('button', { name: 'Cancel' }).click()
  await ann.sees('a secret')
  await ann.chooseFromMenu('Delete', 'a secret')
  await ann.dialog('Delete this message?').getByRole('button', { name: 'Delete' }).click()
  for (const it of [ann, bob]) {
    await expect(it.row('a secret')).toHaveCount(0)
    await it.sees('This message was deleted')
  }
  await expect(bob.entry('Attic')).toContainText('Message deleted')
})

test('an answer quotes its original, follows its edits, and leads to it', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await ann.say('who has the key?')
  await bob.sees('who has the key?')
  await bob.chooseFromMenu('Reply', 'who has the key?')
  await expect(bob.page.getByText('Reply to Ann')).toBeVisible()
  await bob.say('I do')
  await ann.sees('I do')
  const quote = ann.row('I do').getByRole('button', { name: /who has the key/ })
  await expect(quote).toBeVisible()
  await quote.click()
  await expect(ann.row('who has the key?').first()).toBeFocused()
  await ann.field.press('ArrowUp')
  await ann.field.fill('who has the red key?')
  await ann.field.press('Enter')
  for (const it of [ann, bob]) await expect(it.row('I do').getByRole('button', { name: /the red key/ })).toBeVisible()
})

test('reactions are counted live, and taken back', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await ann.say('we won!')
  await bob.sees('we won!')
  await bob.row('we won!').hover()
  await bob.row('we won!').getByRole('button', { name: 'React 👍' }).click()
  const thumbs = (of: Person) => of.row('we won!').getByRole('button', { name: /reacted with 👍/ })
  await expect(thumbs(ann)).toContainText('1')
  await expect(thumbs(ann)).toHaveAttribute('aria-pressed', 'false')
  await thumbs(ann).click()
  for (const it of [ann, bob]) {
    await expect(thumbs(it)).toContainText('2')
    await expect(thumbs(it)).toHaveAttribute('aria-pressed', 'true')
  }
  await thumbs(bob).click()
  await expect(thumbs(ann)).toContainText('1')
  await ann.chooseFromMenu('React', 'we won!')
  await ann.page.getByLabel('Search emoji').fill('rocket')
  await ann.page.keyboard.press('Enter')
  await expect(bob.row('we won!').getByRole('button', { name: /reacted with 🚀/ })).toBeVisible()
})

test('a message is pinned, found in the panel, and unpinned', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await ann.say('the address is 7 Mill Lane')
  await bob.sees('the address is 7 Mill Lane')
  await bob.page.getByRole('button', { name: 'Pinned messages' }).click()
  const panel = bob.page.getByRole('complementary', { name: 'Pinned messages' })
  await expect(panel).toContainText('Nothing is pinned here')
  await ann.chooseFromMenu('Pin', 'the address is')
  await expect(panel).toContainText('7 Mill Lane')
  await expect(bob.row('7 Mill Lane')).toContainText('Pinned')
  await panel.getByRole('button', { name: /7 Mill Lane/ }).click()
  await expect(bob.row('7 Mill Lane')).toBeFocused()
  await bob.chooseFromMenu('Unpin', 'the address is')
  await expect(panel).toContainText('Nothing is pinned here')
})

test('a message is forwarded to another room with the name of its author', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await bob.account.direct(ann.account)
  await bob.say('news from the north')
  await ann.sees('news from the north')
  await ann.chooseFromMenu('Forward', 'news from the north')
  await ann.dialog('Forward to…').getByRole('button', { name: 'Bob' }).click()
  await ann.seesToast('Forwarded')
  await bob.open('Ann')
  await expect(bob.row('news from the north')).toContainText('Forwarded from Bob')
})

test('a name is completed after an @, and whoever is meant knows it', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await bob.page.goto('/app/')
  await ann.field.pressSequentially('are you there, @bo')
  await expect(ann.page.getByRole('option', { name: /Bob/ })).toBeVisible()
  await ann.field.press('Enter')
  await expect(ann.field).toHaveValue(`are you there, @${bob.account.username} `)
  await ann.field.pressSequentially('?')
  await ann.field.press('Enter')
  await expect(bob.entry('Attic')).toContainText('You are mentioned')
  await bob.open('Attic')
  await expect(bob.row('are you there').locator('.mention')).toHaveText(`@${bob.account.username}`)
  await expect(bob.entry('Attic')).not.toContainText('You are mentioned')
})

test('who has read a message is told to its author', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await ann.say('read this')
  await bob.sees('read this')
  await expect(ann.row('read this').getByRole('img', { name: 'Read' })).toBeVisible()
  await ann.chooseFromMenu('Who read it', 'read this')
  await expect(ann.dialog('Who read it')).toContainText('Bob')
})

test('the words of a message are copied', async ({ arrive }) => {
  const [ann] = await together(arrive)
  await ann.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await ann.say('copy me')
  await ann.sees('copy me')
  await ann.chooseFromMenu('Copy text', 'copy me')
  await ann.seesToast('Copied')
  expect(await ann.page.evaluate(() => navigator.clipboard.readText())).toBe('copy me')
})
