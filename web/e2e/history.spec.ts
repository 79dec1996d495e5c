import { expect, test } from './support/test'
import type { Account } from './support/account'
import type { Person } from './support/person'

const COUNT = 10_000

/** Fills a room over one socket's worth of requests at a time. */
async function fill(room: string, people: Account[], count: number): Promise<void> {
  const WIDTH = 24
  let next = 1
  await Promise.all(
    Array.from({ length: WIDTH }, async (_, lane) => {
      for (let n = next++; n <= count; n = next++) {
        const length = (n * 7919) % 17
        await people[lane % people.length]?.say(
          room,
          `message number ${n} ${'lorem ipsum dolor '.repeat(length)}`.trim(),
        )
      }
    }),
  )
}

interface Glance {
  rows: number
  nodes: number
  first: number
  last: number
}

const glance = (of: Person): Promise<Glance> =>
  of.page.evaluate(() => {
    const log = document.querySelector('[role=log]')
    const seqs = [...document.querySelectorAll<HTMLElement>('[role=log] [data-seq]')].map((it) =>
      Number(it.dataset['seq']),
    )
    return {
      rows: seqs.length,
      nodes: log?.querySelectorAll('*').length ?? 0,
      first: Math.min(...seqs),
      last: Math.max(...seqs),
    }
  })

/**
 * Turns the wheel, and says how long the page's longest tasks were: in processor time, out of the
 * browser's own trace, so that it does not matter what else the machine does meanwhile.
 */
async function wheel(of: Person, delta: number, times: number): Promise<{ longest: number; long: number }> {
  const browser = of.context.browser()
  if (!browser) throw new Error('no browser')
  await of.log.hover()
  await browser.startTracing(of.page, { categories: ['disabled-by-default-devtools.timeline'] })
  for (let time = 0; time < times; time++) {
    await of.page.mouse.wheel(0, delta)
    await of.page.waitForTimeout(30)
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Trace[] }
  const main = new Set(
    traceEvents
      .filter((it) => it.name === 'thread_name' && it.args['name'] === 'CrRendererMain')
      .map((it) => `${it.pid} ${it.tid}`),
  )
  const tasks = traceEvents
    .filter((it) => it.name === 'RunTask' && main.has(`${it.pid} ${it.tid}`))
    .map((it) => (it.tdur ?? 0) / 1000)
  expect(tasks.length).toBeGreaterThan(times)
  return { longest: Math.max(...tasks), long: tasks.filter((it) => it > 50).length }
}

interface Trace {
  name: string
  pid: number
  tid: number
  /** Microseconds on the processor. */
  tdur?: number
  args: Record<string, unknown>
}

/** Opens a room that was read on another device: at its end. */
async function openRead(by: Person, name: string, room: string): Promise<void> {
  await by.account.call('PUT', `/rooms/${room}/read`, {})
  await by.page.goto('/app/')
  await expect(by.entry(name)).not.toContainText('unread')
  await by.open(name)
}

test('10,000 messages: scrolled both ways, with few nodes and no long pauses', async ({ arrive }) => {
  test.setTimeout(300_000)
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  await bob.page.close()
  const room = await ann.account.group('Archive', bob.account)
  await fill(room, [ann.account, bob.account], COUNT)
  await openRead(ann, 'Archive', room)
  await expect.poll(async () => (await glance(ann)).last).toBe(COUNT)

  const up = await wheel(ann, -900, 150)
  const high = await glance(ann)
  expect(high.first).toBeLessThan(COUNT - 300)
  expect(high.rows).toBeLessThan(160)
  expect(high.nodes).toBeLessThan(6000)

  const down = await wheel(ann, 900, 100)
  expect((await glance(ann)).last).toBeGreaterThan(high.last)
  process.stdout.write(`scrolling 10,000: ${JSON.stringify({ ...high, up, down })}\n`)
  for (const { longest } of [up, down]) expect(longest).toBeLessThan(1000)

  await ann.page.getByRole('button', { name: 'To the newest messages' }).click()
  await expect.poll(async () => (await glance(ann)).last).toBe(COUNT)

  // To the very first message, found by its words, and back.
  await ann.page.goto(`/app/rooms/${room}?seq=3`)
  await expect(ann.log.locator('[data-seq="3"]')).toBeInViewport()
  await expect(ann.page.getByText('This is the beginning')).toBeAttached()
  expect((await glance(ann)).rows).toBeLessThan(160)
  const back = await wheel(ann, 900, 60)
  expect((await glance(ann)).last).toBeGreaterThan(100)
  expect(back.longest).toBeLessThan(1000)
  await ann.say('back at the end')
  await expect(ann.row('back at the end')).toBeInViewport()
})

test('what one looks at stays where it is while more is loaded above', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.group('Steady', bob.account)
  await fill(room, [bob.account], 400)
  await openRead(ann, 'Steady', room)
  await expect.poll(async () => (await glance(ann)).last).toBe(400)
  await ann.log.hover()
  // In steps smaller than the view a message moves by just the step, never by a jump.
  for (let time = 0; time < 40; time++) {
    await expect.poll(() => ann.log.evaluate((it) => it.scrollTop)).toBeGreaterThan(200)
    const before = await place(ann)
    const off = async () => Math.abs((await place(ann, before.seq)).top - before.top - 200)
    await ann.page.mouse.wheel(0, -200)
    await expect.poll(off, { message: `step ${time}, at ${before.seq}` }).toBeLessThanOrEqual(2)
    await ann.page.waitForTimeout(80)
    expect(await off(), `after step ${time}, at ${before.seq}`).toBeLessThanOrEqual(2)
  }
})

/** Where a message is: the one in the middle, or the given one. */
const place = (of: Person, seq?: number): Promise<{ seq: number; top: number }> =>
  of.page.evaluate((seq) => {
    const all = [...document.querySelectorAll<HTMLElement>('[role=log] [data-seq]')]
    const it =
      seq === undefined
        ? all.find((row) => row.getBoundingClientRect().top > 300)
        : all.find((row) => Number(row.dataset['seq']) === seq)
    return { seq: Number(it?.dataset['seq']), top: it?.getBoundingClientRect().top ?? NaN }
  }, seq)

test('unread messages begin at a line; from far above, a button leads there', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.group('Busy', bob.account)
  await fill(room, [bob.account], 60)
  await ann.account.call('PUT', `/rooms/${room}/read`, { seq: 20 })
  await ann.page.reload()
  await expect(ann.entry('Busy')).toContainText('40 unread messages')
  await ann.open('Busy')
  await expect(ann.log.getByRole('separator', { name: 'New messages' })).toBeInViewport()
  await expect(ann.log.locator('[data-seq="21"]')).toBeInViewport()
  await ann.page.getByRole('button', { name: 'To the newest messages' }).click()
  await expect(ann.log.locator('[data-seq="60"]')).toBeInViewport()
  await expect(ann.entry('Busy')).not.toContainText('unread')
  // What was skipped on the way down is counted, and the button leads to where reading stopped.
  const skipped = ann.page.getByRole('button', { name: /new messages?$/ })
  const count = Number(/\d+/.exec((await skipped.textContent()) ?? '')?.[0])
  expect(count).toBeGreaterThan(1)
  expect(count).toBeLessThan(39)
  const next = await ann.log.evaluate((log) => {
    const seqs = [...log.querySelectorAll<HTMLElement>('[data-seq]')]
      .filter((it) => it.getBoundingClientRect().bottom > log.getBoundingClientRect().top)
      .map((it) => Number(it.dataset['seq']))
    return Math.min(...seqs)
  })
  await skipped.click()
  await expect(ann.log.locator(`[data-seq="${next - count}"]`)).toBeInViewport()
  await ann.log.hover()
  for (let time = 0; time < 12; time++) {
    await ann.page.mouse.wheel(0, 300)
    await ann.page.waitForTimeout(150)
  }
  await expect(skipped).toHaveCount(0)
})

test('words are looked for, in a room and in all of them, and a hit leads to its place', async ({ arrive }) => {
  const ann = await arrive('Ann')
  const bob = await arrive('Bob')
  const room = await ann.account.group('Library', bob.account)
  await bob.account.say(room, 'the treasure is under the oak tree')
  await fill(room, [bob.account], 150)
  await bob.account.say(room, '寶藏在老橡樹下')
  await ann.account.call('PUT', `/rooms/${room}/read`, {})
  await ann.page.goto(`/app/rooms/${room}?panel=search`)
  const panel = ann.page.getByRole('complementary', { name: 'Search in this room' })
  await panel.getByLabel('Search messages').fill('oak')
  await panel.getByRole('button', { name: /under the oak tree/ }).click()
  await expect(ann.log.locator('[data-seq="1"]')).toBeInViewport()
  await panel.getByLabel('Search messages').fill('橡樹')
  await expect(panel.getByRole('button', { name: /老橡樹/ })).toBeVisible()
  await panel.getByLabel('Search messages').fill('dragons')
  await expect(panel.getByText('Nothing found')).toBeVisible()
  await ann.page.goto('/app/search')
  await ann.page.getByRole('main').getByLabel('Search messages').fill('treasure')
  await ann.page.getByRole('button', { name: /Library.*treasure/s }).click()
  await expect(ann.log.locator('[data-seq="1"]')).toBeInViewport()
})
