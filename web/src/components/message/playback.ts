/** Who plays now: whoever starts stops the one before. */
let current: HTMLMediaElement | null = null

export function pausePrevious(next: HTMLMediaElement): void {
  if (current !== next) current?.pause()
  current = next
}
