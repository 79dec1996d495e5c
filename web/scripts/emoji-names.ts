// What the emoji that one can pick from are called in the other languages: `emoji-names:ko` and
// the like are modules with the names of each, the usual one first.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

import type { Plugin } from 'vite'

import { GROUPS } from '../src/components/message/emoji'

const PREFIX = 'emoji-names:'

interface Known {
  unicode: string
  label: string
  tags?: string[]
}

export function emojiNames(): Plugin {
  return {
    name: 'emoji-names',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load: (id) => (id.startsWith(`\0${PREFIX}`) ? written(id.slice(PREFIX.length + 1)) : undefined),
  }
}

async function written(language: string): Promise<string> {
  const path = createRequire(import.meta.url).resolve(`emojibase-data/${language}/compact.json`)
  const all = JSON.parse(await readFile(path, 'utf8')) as Known[]
  const known = new Map(all.map((it) => [bare(it.unicode), it]))
  const names = GROUPS.flatMap((group) => group.emoji).flatMap(({ character }) => {
    const it = known.get(bare(character))
    return it ? [[character, [it.label, ...(it.tags ?? [])].map((name) => name.toLowerCase())]] : []
  })
  return `export default ${JSON.stringify(Object.fromEntries(names))}`
}

/** Without the mark that asks for a coloured drawing: not everybody writes it. */
function bare(character: string): string {
  return character.replaceAll('\uFE0F', '')
}
