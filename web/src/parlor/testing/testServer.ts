// A real server for one test file, and people on it.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Parlor, type Options } from '../parlor'
import { uuid } from '../uuid'
import { TestProxy } from './testProxy'

const BUILT = fileURLToPath(new URL('../../../../target/debug/parlor', import.meta.url))

export class TestServer {
  #process: ChildProcess | null = null
  #people = 0

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<TestServer> {
    const folder = await mkdtemp(join(tmpdir(), 'parlor-'))
    const port = await TestProxy.freePort()
    const server = new TestServer(folder, port, settings)
    await server.run()
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async run(): Promise<void> {
    this.#process = spawn(process.env['PARLOR_BIN'] ?? BUILT, [], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        PORT: String(this.port),
        DATA_DIR: join(this.folder, 'data'),
        STATIC_DIR: join(this.folder, 'static'),
        RATE_LIMITS: 'off',
        ...this.settings,
      },
      stdio: 'ignore',
    })
    await until(async () => (await fetch(`${this.url}/health`)).ok)
  }

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const process = this.#process
    this.#process = null
    if (!process) return
    const ended = new Promise((resolve) => process.once('exit', resolve))
    process.kill(signal)
    await ended
  }

  async end(): Promise<void> {
    await this.kill('SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Somebody new, signed in and connected; through a proxy, if `options` has the proxy's address. */
  async person(name: string, options: Options = {}): Promise<Parlor> {
    const parlor = new Parlor({ url: this.url, ...options })
    this.#people += 1
    const username = `${name}${this.#people}${uuid().slice(0, 4)}`
    await parlor.session.register({ username, password: 'correct horse' })
    await parlor.begin()
    await until(() => parlor.state.complete)
    return parlor
  }
}

/** Waits for what will be so soon, and fails if it is not. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000
  for (;;) {
    try {
      if (await isSo()) return
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown
    }
    if (Date.now() > deadline) throw new Error(`never: ${String(isSo)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
