// How much a first visit loads: the page, and what its entry needs at once, as it is sent to a
// browser that takes gzip. Fails when that is more than we allow ourselves.
import { readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const BUDGET = 200_000
const folder = fileURLToPath(new URL('../../static/app/', import.meta.url))

/** @type {Record<string, { file: string, isEntry?: boolean, imports?: string[], css?: string[], dynamicImports?: string[] }>} */
const manifest = JSON.parse(await readFile(`${folder}.vite/manifest.json`, 'utf8'))

/** An entry also loads one view and one language, whichever are the largest. */
function needed(name, found = new Set()) {
  const chunk = manifest[name]
  if (!chunk || found.has(chunk.file)) return found
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file)
  for (const it of chunk.imports ?? []) needed(it, found)
  return found
}

async function sent(file) {
  const sizes = [`${folder}${file}.gz`, folder + file].map((it) => stat(it).catch(() => null))
  return (await Promise.all(sizes)).find((it) => it !== null)?.size ?? 0
}

async function total(files) {
  const sizes = await Promise.all([...files].map(sent))
  return sizes.reduce((sum, it) => sum + it, 0)
}

const entry = Object.keys(manifest).find((it) => manifest[it]?.isEntry)
if (entry === undefined) throw new Error('the build has no entry')
const first = needed(entry).add('index.html')
const later = manifest[entry]?.dynamicImports ?? []
const isWords = (name) => name.includes('/locales/')
const largest = async (names) => {
  const weighed = names.map(async (name) => {
    const more = [...needed(name)].filter((it) => !first.has(it))
    return { more, size: await total(more) }
  })
  return (await Promise.all(weighed)).sort((a, b) => b.size - a.size)[0]?.more ?? []
}
for (const file of await largest(later.filter(isWords))) first.add(file)
for (const file of await largest(later.filter((it) => !isWords(it)))) first.add(file)

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`
for (const file of first) process.stdout.write(`${kilobytes(await sent(file)).padStart(10)}  ${file}\n`)
const sum = await total(first)
process.stdout.write(`${kilobytes(sum).padStart(10)}  on a first visit, of ${kilobytes(BUDGET)}\n`)
if (sum > BUDGET) process.exitCode = 1
