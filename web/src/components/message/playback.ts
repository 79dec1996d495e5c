/** Only one medium plays at a time: starting one pauses the one before. */
let current: HTMLMediaElement | null = null

export function pausePrevious(next: HTMLMediaElement): void {
  if (current !== next) current?.pause()
  current = next
}
