// The way between a client and a server, which can be cut, and can lose what comes back.
import { connect, createServer, type Server, type Socket } from 'node:net'

export class Road {
  readonly #travellers = new Set<Socket>()
  #isOpen = true
  #losesAnswers = false

  private constructor(
    private readonly gate: Server,
    readonly port: number,
    private readonly to: number,
  ) {
    gate.on('connection', (near) => this.#join(near))
  }

  static async to(port: number): Promise<Road> {
    const gate = createServer()
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve))
    const address = gate.address()
    return new Road(gate, typeof address === 'object' && address ? address.port : 0, port)
  }

  static async freePort(): Promise<number> {
    const road = await Road.to(0)
    road.end()
    return road.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Whoever is under way is gone, and nobody else gets through. */
  cut(): void {
    this.#isOpen = false
    for (const it of this.#travellers) it.destroy()
  }

  /** What is asked arrives, what is answered does not. */
  loseAnswers(): void {
    this.#losesAnswers = true
  }

  mend(): void {
    this.#isOpen = true
    this.#losesAnswers = false
  }

  end(): void {
    this.cut()
    this.gate.close()
  }

  #join(near: Socket): void {
    if (!this.#isOpen) return void near.destroy()
    const far = connect(this.to, '127.0.0.1')
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#travellers.add(one)
      one.on('data', (data) => {
        if (one === far && this.#losesAnswers) return
        other.write(data)
      })
      one.on('error', () => undefined)
      one.on('close', () => {
        this.#travellers.delete(one)
        other.destroy()
      })
    }
  }
}
