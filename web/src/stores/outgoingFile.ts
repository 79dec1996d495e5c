// A file that you picked. An image gets its width and height, so that nothing jumps when it appears.
import type { OutgoingFile } from '@/parlor'

export async function toOutgoingFile(file: File): Promise<OutgoingFile> {
  const { name, size, type } = file
  const dimensions = type.startsWith('image/') && type !== 'image/svg+xml' ? await measureImage(file) : null
  return {
    file,
    name,
    mime: type || 'application/octet-stream',
    size,
    width: dimensions?.width ?? null,
    height: dimensions?.height ?? null,
    sent: null,
  }
}

async function measureImage(file: Blob): Promise<{ width: number; height: number } | null> {
  try {
    const picture = await createImageBitmap(file)
    const { width, height } = picture
    picture.close()
    return { width, height }
  } catch {
    return null
  }
}
