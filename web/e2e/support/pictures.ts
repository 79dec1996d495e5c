// Pictures and sounds made on the spot, so that none has to be kept.
import type { Page } from '@playwright/test'

/** A landscape, different for each seed. */
export async function landscape(page: Page, seed: number, width = 900, height = 600): Promise<Uint8Array<ArrayBuffer>> {
  const text = await page.evaluate(
    ({ seed, width, height }) => {
      const canvas = document.createElement('canvas')
      ;[canvas.width, canvas.height] = [width, height]
      const pen = canvas.getContext('2d')
      if (!pen) throw new Error('no canvas')
      const sky = pen.createLinearGradient(0, 0, 0, height)
      const hue = (seed * 67) % 360
      sky.addColorStop(0, `hsl(${hue} 60% 62%)`)
      sky.addColorStop(1, `hsl(${(hue + 50) % 360} 75% 88%)`)
      pen.fillStyle = sky
      pen.fillRect(0, 0, width, height)
      pen.fillStyle = '#fff6d8'
      pen.beginPath()
      pen.arc(width * (0.25 + (seed % 5) * 0.12), height * 0.32, height * 0.09, 0, 7)
      pen.fill()
      for (let layer = 0; layer < 4; layer++) {
        pen.fillStyle = `hsl(${(hue + 120 + layer * 12) % 360} ${28 + layer * 6}% ${58 - layer * 12}%)`
        pen.beginPath()
        pen.moveTo(0, height)
        for (let x = 0; x <= width; x += 8) {
          const y =
            height * (0.5 + layer * 0.12) +
            Math.sin(x / (90 + layer * 40) + seed + layer * 2) * 34 +
            Math.sin(x / 37 + seed) * 9
          pen.lineTo(x, y)
        }
        pen.lineTo(width, height)
        pen.fill()
      }
      return canvas.toDataURL('image/jpeg', 0.85).split(',')[1] ?? ''
    },
    { seed, width, height },
  )
  return new Uint8Array(Buffer.from(text, 'base64'))
}

/** Some seconds of silence, as MP3: frames of 26 ms without anything in them. */
export function silence(seconds: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(104)
  frame.set([0xff, 0xfb, 0x10, 0xc4])
  const count = Math.round(seconds * 38.28)
  const all = new Uint8Array(count * frame.length)
  for (let at = 0; at < count; at++) all.set(frame, at * frame.length)
  return all
}

/** A second of film, as the browser itself records it. */
export async function film(page: Page): Promise<Uint8Array<ArrayBuffer>> {
  const text = await page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = [320, 180]
    const pen = canvas.getContext('2d')
    const type = ['video/mp4;codecs=avc1.42E01E', 'video/mp4;codecs=vp9', 'video/mp4'].find((it) =>
      MediaRecorder.isTypeSupported(it),
    )
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: type })
    const parts: Blob[] = []
    recorder.ondataavailable = (event) => parts.push(event.data)
    const ended = new Promise((done) => (recorder.onstop = done))
    recorder.start()
    for (let at = 0; at < 20; at++) {
      if (pen) {
        pen.fillStyle = `hsl(${at * 18} 60% 50%)`
        pen.fillRect(0, 0, 320, 180)
      }
      await new Promise((done) => setTimeout(done, 50))
    }
    recorder.stop()
    await ended
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
    return btoa(Array.from(bytes, (it) => String.fromCharCode(it)).join(''))
  })
  return new Uint8Array(Buffer.from(text, 'base64'))
}
