import { expect, test } from './support/test'

const CHATS = { 'zh-TW': '聊天', 'zh-CN': '聊天', ko: '채팅', 'ja-JP': 'チャット', 'en-US': 'Chats' }
const TAGS = { 'zh-TW': 'zh-Hant', 'zh-CN': 'zh-Hans', ko: 'ko', 'ja-JP': 'ja', 'en-US': 'en' }

for (const locale of ['zh-TW', 'zh-CN', 'ko', 'ja-JP', 'en-US'] as const) {
  test(`the page speaks what the browser asks for: ${locale}`, async ({ arrive }) => {
    const ann = await arrive('Ann', { locale })
    await expect(ann.page.locator('html')).toHaveAttribute('lang', TAGS[locale])
    await expect(ann.page.getByRole('heading', { level: 1, name: CHATS[locale], exact: true })).toBeVisible()
  })
}

test('a language is chosen, at once and for good', async ({ arrive }) => {
  const ann = await arrive('Ann', { at: '/app/settings/look' })
  await ann.page.getByLabel('日本語').check()
  await expect(ann.page.getByRole('heading', { level: 1, name: '外観' })).toBeVisible()
  await expect(ann.page.locator('html')).toHaveAttribute('lang', 'ja')
  await ann.page.reload()
  await expect(ann.page.getByRole('heading', { level: 1, name: '外観' })).toBeVisible()
})

test('an emoji is found by what it is called in the language of the page, and in English', async ({ arrive }) => {
  const ann = await arrive('Ann', { locale: 'zh-TW' })
  const bob = await arrive('Bob')
  await ann.page.goto(`/app/rooms/${await ann.account.direct(bob.account)}`)
  await ann.page.getByRole('button', { name: '表情符號' }).click()
  const picker = ann.page.getByRole('dialog', { name: '選擇表情符號' })
  for (const words of ['火箭', 'rocket']) {
    await picker.getByLabel('搜尋表情符號').fill(words)
    await expect(picker.getByRole('button', { name: '🚀 火箭' })).toBeVisible()
    await expect(picker.locator('.sign')).toHaveCount(1)
  }
  await picker.getByRole('button', { name: '🚀 火箭' }).click()
  await expect(ann.page.locator('textarea')).toHaveValue('🚀')
})

test('a theme is chosen, before the first paint of the next visit', async ({ arrive }) => {
  const ann = await arrive('Ann', { at: '/app/settings/look', colorScheme: 'light' })
  const ground = () => ann.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await ground()
  await ann.page.getByText('Dark', { exact: true }).click()
  await expect(ann.page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const dark = await ground()
  expect(dark).not.toBe(light)
  await ann.page.route(/assets\/.*\.js/, () => undefined)
  await ann.page.goto('/app/', { waitUntil: 'commit' })
  await expect(ann.page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await ann.page.unroute(/assets\/.*\.js/)
})
