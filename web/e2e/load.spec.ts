// How long a first visit takes, by the browser's own clock: on this machine, and as on a phone of
// the middle class with a mobile network. The figures in docs/measurements.md come from here.
import type { CDPSession, Page } from '@playwright/test'

import { expect, test } from './support/test'

interface Figures {
  firstPaint: number
  largestPaint: number
  /** From then on nothing holds the page for more than 50 ms. */
  interactive: number
  blocked: number
  kilobytes: number
}

async function visit(page: Page, session: CDPSession): Promise<Figures> {
  let bytes = 0
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  await page.addInitScript(() => {
    const seen = { largest: 0, tasks: [] as { start: number; duration: number }[] }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => list.getEntries().forEach((it) => (seen.largest = it.startTime))).observe({
      type: 'largest-contentful-paint',
      buffered: true,
    })
    new PerformanceObserver((list) =>
      list.getEntries().forEach((it) => seen.tasks.push({ start: it.startTime, duration: it.duration })),
    ).observe({ type: 'longtask', buffered: true })
  })
  await page.goto('/app/')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  const shown = await page.evaluate(() => performance.now())
  await page.waitForTimeout(1000)
  const figures = await page.evaluate((shown) => {
    const { seen } = window as unknown as { seen: { largest: number; tasks: { start: number; duration: number }[] } }
    const firstPaint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0
    const ends = seen.tasks.map((it) => it.start + it.duration)
    return {
      firstPaint: Math.round(firstPaint),
      largestPaint: Math.round(seen.largest),
      interactive: Math.round(Math.max(firstPaint, ...ends.filter((it) => it <= shown + 200))),
      blocked: Math.round(seen.tasks.reduce((sum, it) => sum + Math.max(0, it.duration - 50), 0)),
    }
  }, shown)
  return { ...figures, kilobytes: Math.round(bytes / 1000) }
}

for (const [name, limits] of [
  ['on this machine', null],
  ['on a phone: processor four times slower, 9 Mbit/s, 60 ms', { cpu: 4, down: 9e6 / 8, latency: 60 }],
] as const) {
  test(`a first visit ${name}`, async ({ browser, server }) => {
    const context = await browser.newContext({ baseURL: server.url, serviceWorkers: 'block' })
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    if (limits) {
      await session.send('Emulation.setCPUThrottlingRate', { rate: limits.cpu })
      await session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: limits.latency,
        downloadThroughput: limits.down,
        uploadThroughput: limits.down / 3,
      })
    }
    const figures = await visit(page, session)
    process.stdout.write(`first visit ${name}: ${JSON.stringify(figures)}\n`)
    expect(figures.kilobytes).toBeLessThan(200)
    expect(figures.firstPaint).toBeLessThan(limits ? 6000 : 3000)
    await context.close()
  })
}
