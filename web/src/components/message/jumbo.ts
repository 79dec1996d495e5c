/** Up to three emoji and nothing else: they are drawn large, without a bubble. */
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F)*`
const SIGN = String.raw`(?:${PICTURE}(?:\u200D${PICTURE})*|\p{Regional_Indicator}{2})`
const JUMBO = new RegExp(String.raw`^${SIGN}(?:\s*${SIGN}){0,2}$`, 'u')

export function isJumbo(text: string): boolean {
  return text.length < 60 && JUMBO.test(text.trim())
}
