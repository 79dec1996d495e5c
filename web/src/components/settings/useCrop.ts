/** The part of a picture that is kept: a square, moved and enlarged, never beyond the edges. */
import { ref, watch, type Ref } from 'vue'

const SIDE = 512

export function useCrop(image: Readonly<Ref<ImageBitmap | null>>) {
  const zoom = ref(1)
  /** The middle of the square, as shares of the picture's width and height. */
  const x = ref(0.5)
  const y = ref(0.5)

  /** The square's side in the picture's own pixels. */
  function side(of: ImageBitmap): number {
    return Math.min(of.width, of.height) / zoom.value
  }

  function clamp(): void {
    const it = image.value
    if (!it) return
    const [across, down] = [side(it) / it.width / 2, side(it) / it.height / 2]
    x.value = Math.min(1 - across, Math.max(across, x.value))
    y.value = Math.min(1 - down, Math.max(down, y.value))
  }

  /** Drags the picture by shares of the square that is seen. */
  function move(across: number, down: number): void {
    const it = image.value
    if (!it) return
    x.value -= (across * side(it)) / it.width
    y.value -= (down * side(it)) / it.height
    clamp()
  }

  function paint(canvas: HTMLCanvasElement): void {
    const it = image.value
    const pen = canvas.getContext('2d')
    if (!it || !pen) return
    const length = side(it)
    pen.clearRect(0, 0, canvas.width, canvas.height)
    pen.imageSmoothingQuality = 'high'
    pen.drawImage(
      it,
      x.value * it.width - length / 2,
      y.value * it.height - length / 2,
      length,
      length,
      0,
      0,
      canvas.width,
      canvas.height,
    )
  }

  function cut(): Promise<Blob | null> {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = SIDE
    paint(canvas)
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
  }

  watch([zoom, image], clamp)
  return { zoom, x, y, move, paint, cut }
}
