import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'

import { expect, test } from './support/test'
import { film, landscape, silence } from './support/pictures'
import type { Person } from './support/person'

async function together(arrive: (name: string) => Promise<Person>): Promise<[Person, Person]> {
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const room = await ann.account.direct(bob.account)
  for (const it of [ann, bob]) {
    await it.page.goto(`/app/rooms/${room}`)
    await expect(it.field).toBeVisible()
  }
  return [ann, bob]
}

async function choose(by: Person, name: string, mimeType: string, buffer: Uint8Array): Promise<void> {
  await by.page.locator('form input[type=file]').setInputFiles({ name, mimeType, buffer: Buffer.from(buffer) })
}

/** A picture of that many bytes: a real one, with a comment of noise in it. */
async function large(page: Person['page'], bytes: number): Promise<Uint8Array> {
  const picture = Buffer.from(await landscape(page, 5, 1600, 1000))
  const parts: Buffer[] = [picture.subarray(0, 2)]
  for (let left = bytes - picture.length; left > 0; left -= 65_000) {
    const noise = randomBytes(Math.min(left, 65_000))
    parts.push(Buffer.from([0xff, 0xfe, (noise.length + 2) >> 8, (noise.length + 2) & 255]), noise)
  }
  return Buffer.concat([...parts, picture.subarray(2)])
}

/** Uploads crawl, so that what is seen on the way can be looked at. */
async function slow(person: Person, bytesPerSecond: number): Promise<() => Promise<unknown>> {
  const session = await person.context.newCDPSession(person.page)
  const set = (uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    })
  await session.send('Network.enable')
  await set(bytesPerSecond)
  return () => set(-1)
}

test('a picture of 9 MB is sent, with its progress, and opened large by the other', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await choose(ann, 'mountains.jpg', 'image/jpeg', await large(ann.page, 9_000_000))
  await expect(ann.page.getByRole('img', { name: 'mountains.jpg' })).toBeVisible()
  await ann.field.fill('look at this')
  const normal = await slow(ann, 3_000_000)
  await ann.field.press('Enter')
  const progress = ann.row('look at this').getByRole('progressbar')
  await expect(progress).toBeVisible()
  await expect
    .poll(async () => Number(await progress.getAttribute('aria-valuenow').catch(() => 100)))
    .toBeGreaterThan(10)
  await normal()
  await expect(progress).toBeHidden({ timeout: 30_000 })
  const picture = bob.row('look at this').getByRole('button', { name: 'Image mountains.jpg' })
  await picture.click()
  const viewer = bob.dialog('Image viewer')
  const image = viewer.getByRole('img', { name: 'mountains.jpg' })
  await expect.poll(() => image.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBe(1600)
  await viewer.getByRole('button', { name: 'Zoom' }).click()
  await expect(viewer.getByRole('button', { name: 'Zoom' })).toHaveAttribute('aria-pressed', 'true')
  await bob.page.keyboard.press('Escape')
  await expect(viewer).toHaveCount(0)
})

test('an upload is cancelled, and nothing is sent', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await slow(ann, 200_000)
  await choose(ann, 'large.jpg', 'image/jpeg', await large(ann.page, 6_000_000))
  await ann.field.press('Enter')
  await ann.log.getByRole('button', { name: 'Cancel upload' }).click()
  await expect(ann.log.getByRole('article')).toHaveCount(0)
  await ann.say('never mind')
  await bob.sees('never mind')
  await expect(bob.log.getByRole('article')).toHaveCount(1)
})

test('several pictures make one message, and the viewer walks through them', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  for (const seed of [1, 2, 3])
    await choose(ann, `view-${seed}.jpg`, 'image/jpeg', await landscape(ann.page, seed, 400, 300))
  await ann.page.getByRole('button', { name: 'Remove view-2.jpg' }).click()
  await ann.field.press('Enter')
  await bob.log
    .getByRole('button', { name: /^Image view/ })
    .first()
    .click()
  const viewer = bob.dialog('Image viewer')
  await expect(viewer).toContainText('1 / 2')
  await expect(viewer.getByRole('button', { name: 'Previous image' })).toHaveCount(0)
  await bob.page.keyboard.press('ArrowRight')
  await expect(viewer).toContainText('2 / 2')
  await bob.page.keyboard.press('ArrowLeft')
  await expect(viewer).toContainText('1 / 2')
  await expect(bob.log.getByRole('article')).toHaveCount(1)
})

test('sound and film are played in the page', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  await choose(ann, 'voice.mp3', 'audio/mpeg', silence(5))
  await ann.field.press('Enter')
  const player = bob.log.getByRole('group', { name: 'voice.mp3' })
  await expect(player).toContainText('0:0')
  await player.getByRole('button', { name: 'Play' }).click()
  await expect(player.getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect.poll(async () => Number(await player.getByRole('slider').inputValue())).toBeGreaterThan(0)
  await choose(ann, 'clip.mp4', 'video/mp4', await film(ann.page))
  await ann.field.press('Enter')
  const video = bob.log.locator('video')
  await expect.poll(() => video.evaluate((it: HTMLVideoElement) => it.videoWidth)).toBe(320)
})

test('a drawing with a script in it does no harm', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'harm\'"><script>document.title="harm"</script></svg>',
  )
  await choose(ann, 'drawing.svg', 'image/svg+xml', svg)
  await ann.field.fill('a drawing')
  await ann.field.press('Enter')
  // It is a file to be saved, never a picture in the page.
  const card = bob.row('a drawing').getByRole('link', { name: /drawing/ })
  await expect(card).toHaveAttribute('download', /drawing/)
  await expect(bob.row('a drawing').locator('img, object, iframe, embed')).toHaveCount(0)
  const url = await card.evaluate((it: HTMLAnchorElement) => it.href)
  const answer = await bob.page.request.get(url)
  expect(answer.headers()['content-disposition']).toContain('attachment')
  expect(answer.headers()['content-type']).not.toContain('svg')
  const saved = bob.page.waitForEvent('download')
  await bob.page.evaluate((url) => location.assign(url), url)
  await saved
  // Disguised as a picture it is refused.
  await choose(ann, 'drawing.png', 'image/png', svg)
  await ann.field.fill('disguised')
  await ann.field.press('Enter')
  await expect(ann.row('disguised').getByRole('alert')).toContainText('That kind of file cannot be used here.')
  await expect(bob.row('disguised')).toHaveCount(0)
  for (const it of [ann, bob]) await expect(it.page).not.toHaveTitle(/harm/)
})

test('files are pasted and dropped', async ({ arrive }) => {
  const [ann, bob] = await together(arrive)
  const bytes = [...(await landscape(ann.page, 4, 300, 200))]
  const transfer = await ann.page.evaluateHandle((bytes) => {
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(bytes)], 'pasted.jpg', { type: 'image/jpeg' }))
    return data
  }, bytes)
  await ann.field.evaluate(
    (it, data) =>
      it.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data as DataTransfer, bubbles: true, cancelable: true }),
      ),
    transfer,
  )
  await expect(ann.page.getByRole('button', { name: 'Remove pasted.jpg' })).toBeVisible()
  await ann.log.dispatchEvent('dragenter', { dataTransfer: transfer })
  await expect(ann.page.getByText('Drop files here to send them')).toBeVisible()
  await ann.log.dispatchEvent('drop', { dataTransfer: transfer })
  await expect(ann.page.getByText('Drop files here to send them')).toBeHidden()
  await expect(ann.page.getByRole('button', { name: 'Remove pasted.jpg' })).toHaveCount(2)
  await ann.field.press('Enter')
  await expect(bob.log.getByRole('button', { name: 'Image pasted.jpg' })).toHaveCount(2)
})

test('what is too large is refused at once', async ({ arrive }, info) => {
  const [ann] = await together(arrive)
  const huge = info.outputPath('huge.pdf')
  await writeFile(huge, Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(60_000_000)]))
  await ann.page.locator('form input[type=file]').setInputFiles(huge)
  await expect(ann.page.getByRole('status').filter({ hasText: 'huge.pdf is larger than' })).toBeVisible()
  await expect(ann.page.getByRole('button', { name: 'Remove huge.pdf' })).toHaveCount(0)
})
