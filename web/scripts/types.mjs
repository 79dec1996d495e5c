// The types of the REST API, from the document that the server itself publishes, and those of the
// events that a client may send, from the list in docs/events.json:
//
//     npm run types            writes src/parlor/schema.d.ts and src/parlor/eventSchema.d.ts
//     npm run types -- --check fails when they are not what the server says now
//
// The server is started for it: PARLOR_BIN, or what `cargo build` made last.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import openapi, { astToString } from 'openapi-typescript'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const built = local('../../target/debug/parlor')

await write('schema.d.ts', "the server's OpenAPI document", ours(await published()))
const events = JSON.parse(await readFile(local('../../docs/events.json'), 'utf8'))
await write('eventSchema.d.ts', 'docs/events.json', events)

/** Or says that it would be another file. */
async function write(name, source, document) {
  const target = local(`../src/parlor/${name}`)
  const header = `// Made by \`npm run types\` from ${source}; do not edit.\n\n`
  const text = header + astToString(await openapi(bare(document)))
  if (!process.argv.includes('--check')) {
    await writeFile(target, text)
  } else if (text !== (await readFile(target, 'utf8'))) {
    process.stderr.write(`src/parlor/${name} is not what the server says; run: npm run types\n`)
    process.exitCode = 1
  }
}

/** The native surface alone: the others are not this client's business. */
function ours(whole) {
  const paths = Object.entries(whole.paths).filter(([path]) => path.startsWith('/v1/'))
  const schemas = new Map()
  const meet = (part) => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (schemas.has(name)) continue
      schemas.set(name, whole.components.schemas[name])
      meet(whole.components.schemas[name])
    }
  }
  meet(paths)
  return {
    ...whole,
    paths: Object.fromEntries(paths.sort()),
    components: { ...whole.components, schemas: Object.fromEntries([...schemas].sort()) },
  }
}

/** The shapes alone: how they are described may change without anybody's code doing so. */
function bare(part, parent = '') {
  if (Array.isArray(part)) return part.map((it) => bare(it))
  if (typeof part !== 'object' || part === null) return part
  const isWords = ([key, value]) =>
    parent !== 'properties' &&
    (['summary', 'example', 'examples'].includes(key) || (key === 'description' && typeof value === 'string'))
  const kept = Object.entries(part).filter((it) => !isWords(it))
  const result = Object.fromEntries(kept.map(([key, value]) => [key, bare(value, key)]))
  // An answer without any is not one.
  return parent !== 'properties' && /^\d{3}$/.test(parent) ? { ...result, description: '' } : result
}

async function published() {
  const folder = await mkdtemp(join(tmpdir(), 'parlor-types-'))
  const port = await freePort()
  const server = spawn(process.env.PARLOR_BIN ?? built, [], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      STATIC_DIR: join(folder, 'static'),
    },
    stdio: 'ignore',
  })
  try {
    return await answered(`http://127.0.0.1:${port}/openapi.json`, 100)
  } finally {
    server.kill()
    await new Promise((resolve) => server.once('exit', resolve))
    await rm(folder, { recursive: true, force: true })
  }
}

async function answered(url, patience) {
  try {
    return await (await fetch(url)).json()
  } catch (error) {
    if (patience === 0) throw error
    await new Promise((resolve) => setTimeout(resolve, 100))
    return await answered(url, patience - 1)
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
