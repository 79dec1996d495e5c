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
  await expect(bob.page).toHaveTitle(/^\(1\)/)
  await expect(ann.row('hello, Bob').getByRole('img', { name: 'Delivered' })).toBeVisible()
  await bob.open('Ann')
  await bob.sees('hello, Bob')
  await expect(bob.entry('Ann')).not.toContainText('unread')
  await expect(bob.page).toHaveTitle(/^Ann/)
  await expect(ann.row('hello, Bob').getByRole('img', { name: 'Read' })).toBeVisible()
  await bob.field.pressSequentially('I am')
  await expect(ann.page.getByText('Bob is typing…')).toBeVisible()
  await expect(ann.entry('Bob')).toContainText('typing…')
  await bob.field.press('Enter')
  await ann.sees('I am')
  await expect(ann.page.getByText('Bob is typing…')).toBeHidden()
})

test('three people talk in a group that one of them makes', async ({ arrive }) => {
  const [ann, bob, eve] = [await arrive('Ann'), await arrive('Bob'), await arrive('Eve')]
  await ann.account.befriend(bob.account)
  await ann.page.getByRole('button', { name: 'New chat' }).first().click()
  await ann.page.getByRole('menuitem', { name: 'New group' }).click()
  const dialog = ann.dialog('New chat')
  await dialog.getByLabel('Name of the group').fill('Breakfast')
  await dialog.getByRole('button', { name: /Bob @/ }).click()
  await dialog.getByLabel('Search people by name').fill(eve.account.username)
  await dialog.getByRole('button', { name: new RegExp(`@${eve.account.username}`) }).click()
  await dialog.getByRole('button', { name: 'Create group' }).click()
  await expect(ann.page.getByRole('heading', { level: 1, name: 'Breakfast' })).toBeVisible()
  await ann.say('who wants tea?')
  for (const it of [bob, eve]) {
    await it.open('Breakfast')
    await it.sees('who wants tea?')
  }
  await bob.say('me')
  await eve.say('me too')
  for (const it of [ann, bob, eve]) await it.sees('me too')
  await expect(ann.row('me too')).toContainText('Eve')
})

test('a chat with one person is made once, from the dialog', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  for (let times = 0; times < 2; times++) {
    await ann.page.goto('/app/')
    await ann.page.getByRole('button', { name: 'New chat' }).first().click()
    await ann.page.getByRole('menuitem', { name: 'New direct chat' }).click()
    await ann.dialog().getByLabel('Search people by name').fill(bob.account.username)
    await ann
      .dialog()
      .getByRole('button', { name: new RegExp(`@${bob.account.username}`) })
      .click()
    await expect(ann.page.getByRole('heading', { level: 1, name: 'Bob' })).toBeVisible()
    await expect(ann.entry('Bob')).toHaveCount(1)
  }
})

test('Enter belongs to the input method while it composes; Shift and Enter make a line', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.account.direct(bob.account)
  await ann.open('Bob')
  await ann.field.focus()
  const keyboard = await ann.context.newCDPSession(ann.page)
  await keyboard.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
  // The Enter that takes the suggestion, as browsers report it, in the order of each of them.
  for (const init of [
    { isComposing: true, keyCode: 229 },
    { isComposing: false, keyCode: 229 },
    { isComposing: true, keyCode: 13 },
  ]) {
    await ann.field.evaluate(
      (it, init) =>
        it.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init })),
      init,
    )
  }
  await keyboard.send('Input.insertText', { text: '日本' })
  await expect(ann.field).toHaveValue('日本')
  await expect(ann.log.getByRole('article')).toHaveCount(0)
  await ann.field.press('Shift+Enter')
  await ann.page.keyboard.insertText('二行目')
  await expect(ann.field).toHaveValue('日本\n二行目')
  await ann.field.press('Enter')
  await expect(ann.field).toHaveValue('')
  await bob.open('Ann')
  await expect(bob.row('日本')).toContainText('二行目')
  await expect(bob.log.getByRole('article')).toHaveCount(1)
})

test('names of emoji and of right-to-left letters stay what they are', async ({ arrive, server }) => {
  const { Account } = await import('./support/test')
  const flag = await Account.make(server, '👩‍👩‍👧‍👦🏳️‍🌈', 'rainbow')
  const omar = await Account.make(server, 'عمر حداد', 'omarh')
  const ann = await arrive('Ann')
  const room = await ann.account.group('‏שלום! مرحبا', flag, omar)
  await omar.say(room, 'مرحبا (hello) 123!')
  await flag.say(room, '👩‍👩‍👧‍👦')
  await ann.page.goto(`/app/rooms/${room}`)
  await ann.sees('مرحبا (hello) 123!')
  await expect(ann.row('👩‍👩‍👧‍👦').locator('.bubble .text.is-large')).toBeVisible()
  await expect(ann.row('👩‍👩‍👧‍👦').getByRole('button', { name: '👩‍👩‍👧‍👦🏳️‍🌈' }).first()).toBeVisible()
  const text = ann.row('مرحبا (hello)').locator('.words')
  expect(await text.evaluate((it) => getComputedStyle(it).unicodeBidi)).toBe('plaintext')
  // The face of a name of emoji is one whole sign, not half of one.
  await ann.page.getByRole('button', { name: 'Details' }).last().click()
  await expect(ann.page.getByRole('complementary').getByText('👩‍👩‍👧‍👦', { exact: true })).toBeVisible()
})

test('links can be followed, and what looks like markup is only words', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  await ann.account.direct(bob.account)
  await ann.open('Bob')
  const nasty = '<img src=x onerror="document.title=\'bad\'"> javascript:alert(1) see https://example.org/a?b=1.'
  await ann.say(nasty)
  await bob.open('Ann')
  await bob.sees(nasty)
  const link = bob.row('example.org').getByRole('link')
  await expect(link).toHaveCount(1)
  await expect(link).toHaveAttribute('href', 'https://example.org/a?b=1')
  await expect(link).toHaveAttribute('rel', /noopener/)
  await expect(bob.row('example.org').locator('img')).toHaveCount(0)
})

test('a draft waits in its room', async ({ arrive }) => {
  const [ann, bob, eve] = [await arrive('Ann'), await arrive('Bob'), await arrive('Eve')]
  await ann.account.direct(bob.account)
  await ann.account.direct(eve.account)
  await ann.open('Bob')
  await ann.field.fill('half a thought')
  await ann.open('Eve')
  await expect(ann.field).toHaveValue('')
  await expect(ann.entry('Bob')).toContainText('Draft: half a thought')
  // On the server it is a moment later, and then on all my devices.
  const tablet = await arrive('Ann', { account: ann.account })
  await expect(tablet.entry('Bob')).toContainText('Draft: half a thought')
  await ann.page.reload()
  await ann.open('Bob')
  await expect(ann.field).toHaveValue('half a thought')
})

test('with the keyboard alone: to a room by its name, and through its messages', async ({ arrive }) => {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const room = await ann.account.direct(bob.account)
  await bob.account.say(room, 'first')
  await bob.account.say(room, 'second')
  await ann.page.goto('/app/friends')
  await expect(ann.page.getByText('No friends yet')).toBeVisible()
  await ann.page.keyboard.press('Control+k')
  await expect(ann.page.getByRole('option', { name: 'Bob' })).toBeVisible()
  await ann.page.keyboard.type('bo')
  await ann.page.keyboard.press('Enter')
  await ann.sees('second')
  await ann.log.focus()
  await ann.page.keyboard.press('ArrowUp')
  await expect(ann.row('second')).toBeFocused()
  await ann.page.keyboard.press('ArrowUp')
  await expect(ann.row('first')).toBeFocused()
  await ann.page.keyboard.press('Enter')
  await expect(ann.page.getByRole('menuitem', { name: 'Reply' })).toBeFocused()
  await ann.page.keyboard.press('ArrowDown')
  await expect(ann.page.getByRole('menuitem', { name: 'React' })).toBeFocused()
  await ann.page.keyboard.press('Escape')
  await expect(ann.row('first')).toBeFocused()
})
