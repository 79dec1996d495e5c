/** How a file is shown. */
import type { Attachment } from '@/parlor'

export type MediaKind = 'image' | 'video' | 'audio' | 'file'

/** A drawing in SVG may carry scripts: it is a file to keep, never a picture in the page. */
export function mediaKind(mime: string): MediaKind {
  if (mime === 'image/svg+xml') return 'file'
  const [kind] = mime.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file'
}

/** The box of a picture before it has come, so that nothing moves when it does. */
export function fitSize(
  width: number | null,
  height: number | null,
  most = { width: 360, height: 340 },
): { width: number; height: number } {
  if (!width || !height) return { width: 280, height: 210 }
  const scale = Math.min(1, most.width / width, most.height / height)
  return { width: Math.max(96, Math.round(width * scale)), height: Math.max(72, Math.round(height * scale)) }
}

export function imagesIn(files: readonly Attachment[]): Attachment[] {
  return files.filter((it) => mediaKind(it.mime) === 'image')
}

/** A name that is too long for its card loses its middle, so that its ending can still be read. */
export function shortenName(name: string, most = 44): string {
  const signs = [...name]
  return signs.length <= most ? name : `${signs.slice(0, most - 11).join('')}…${signs.slice(-10).join('')}`
}
