import { expect, test } from './support/test'

test('what one says the other hears, with marks that follow', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  await ann.account.direct(bob.account)
  await ann.open('Bob')
  await ann.say('hello, Bob')
  await ann.sees('hello, Bob')
  await expect(bob.entry('Ann')).toContainText('hello, Bob')
  await expect(bob.entry('Ann')).toContainText('1 unread message')
  await bob.open('Ann')
  await bob.sees('hello, Bob')
  await expect(bob.entry('Ann')).not.toContainText('unread')
  await expect(ann.line('hello, Bob').getByRole('img', { name: 'Read' })).toBeVisible()
})
