// A proxy between a client and a server. It can be cut, and it can drop what the server answers.
import { connect, createServer, type Server, type Socket } from 'node:net'

export class TestProxy {
  readonly #sockets = new Set<Socket>()
  #isOpen = true
  #dropsAnswers = false

  private constructor(
    private readonly listener: Server,
    readonly port: number,
    private readonly to: number,
  ) {
    listener.on('connection', (near) => this.#join(near))
  }

  static async start(port: number): Promise<TestProxy> {
    const listener = createServer()
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const address = listener.address()
    return new TestProxy(listener, typeof address === 'object' && address ? address.port : 0, port)
  }

  static async freePort(): Promise<number> {
    const proxy = await TestProxy.start(0)
    proxy.end()
    return proxy.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Ends all connections, and lets no new one through. */
  cut(): void {
    this.#isOpen = false
    for (const it of this.#sockets) it.destroy()
  }

  /** From now on requests arrive, and answers do not. */
  dropAnswers(): void {
    this.#dropsAnswers = true
  }

  restore(): void {
    this.#isOpen = true
    this.#dropsAnswers = false
  }

  end(): void {
    this.cut()
    this.listener.close()
  }

  #join(near: Socket): void {
    if (!this.#isOpen) return void near.destroy()
    const far = connect(this.to, '127.0.0.1')
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#sockets.add(one)
      one.on('data', (data) => {
        if (one === far && this.#dropsAnswers) return
        other.write(data)
      })
      one.on('error', () => undefined)
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }
}
