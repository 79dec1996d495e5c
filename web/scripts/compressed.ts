// Everything that is text, compressed once and for all while building, so that the server only
// has to send it.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

import type { Plugin } from 'vite'

const TEXT = /\.(js|css|html|svg|json|webmanifest|txt)$/
/** Smaller ones fit into one packet as they are. */
const WORTH_IT = 1_000

export function compressed(): Plugin {
  let folder = ''
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: (config) => void (folder = config.build.outDir),
    closeBundle: () => compressAll(folder),
  }
}

async function compressAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((it) => it.isFile() && TEXT.test(it.name))
  await Promise.all(files.map((it) => compress(join(it.parentPath, it.name))))
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path)
  if (content.length < WORTH_IT) return
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  await Promise.all([
    promisify(brotliCompress)(content, best).then((it) => writeFile(`${path}.br`, it)),
    promisify(gzip)(content, { level: 9 }).then((it) => writeFile(`${path}.gz`, it)),
  ])
}
