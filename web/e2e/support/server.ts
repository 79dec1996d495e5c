// The real server, on a port and a folder of its own. It can be stopped and started again.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const app = process.env['PARLOR_APP'] ?? join(root, 'static/app')

function binary(): string {
  const found = [process.env['PARLOR_BIN'], join(root, 'target/release/parlor'), join(root, 'target/debug/parlor')]
  const it = found.find((path) => path && existsSync(path))
  if (!it) throw new Error('no server: build it, or name it in PARLOR_BIN')
  return it
}

export class Server {
  #child: ChildProcess | null = null

  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly folder: string,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'parlor-e2e-'))
    await cp(app, join(folder, 'static/app'), { recursive: true })
    const port = await freePort()
    const server = new Server(`http://localhost:${port}`, port, folder, settings)
    await server.begin()
    return server
  }

  async begin(): Promise<void> {
    this.#child = spawn(binary(), {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', process.env['PARLOR_LOG'] ? 'inherit' : 'ignore'],
      env: {
        // Ours alone: the server refuses settings that it does not know.
        PATH: process.env['PATH'],
        PORT: String(this.port),
        DATA_DIR: join(this.folder, 'data'),
        STATIC_DIR: join(this.folder, 'static'),
        RATE_LIMITS: 'off',
        ...this.settings,
      },
    })
    for (let tries = 0; tries < 200; tries++) {
      if (
        await fetch(`${this.url}/health`).then(
          (it) => it.ok,
          () => false,
        )
      )
        return
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error('the server does not answer')
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(late)
  }

  async end(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
