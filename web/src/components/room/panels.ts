/** The panels that can open beside a conversation. */
export const PANELS = ['details', 'search', 'pins'] as const

export type Panel = (typeof PANELS)[number]

export function panelOf(value: unknown): Panel | null {
  return PANELS.find((it) => it === value) ?? null
}
