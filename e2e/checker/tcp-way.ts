import { createServer, connect as dial, type NetConnectOpts, type Server, type Socket } from 'node:net'

/** `open` lets everything through, `closed` refuses and has ended what there was, `silent` takes everything and lets nothing through, as a cable that was pulled. */
export type WayState = 'open' | 'closed' | 'silent'

/** A way from a node to a server that can be cut. */
export class TcpWay {
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #state: WayState = 'open'

  private constructor(target: () => NetConnectOpts) {
    this.#server = createServer((near) => this.#join(near, target()))
  }

  static async to(target: () => NetConnectOpts): Promise<TcpWay> {
    const way = new TcpWay(target)
    await new Promise<void>((resolve) => way.#server.listen(0, '127.0.0.1', resolve))
    return way
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  set(state: WayState): void {
    const was = this.#state
    this.#state = state
    for (const [near, far] of this.#pairs) {
      // What was cut silently has lost bytes: its connections are of no use any more.
      if (state === 'closed' || (state === 'open' && was === 'silent')) near.destroy()
      else if (state === 'silent') for (const socket of [near, far]) socket.unpipe().pause()
    }
  }

  async close(): Promise<void> {
    for (const [near] of this.#pairs) near.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket, target: NetConnectOpts): void {
    if (this.#state === 'closed') {
      near.destroy()
      return
    }
    const far = this.#state === 'silent' ? near : dial(target)
    const pair = [near, far] as const
    this.#pairs.add(pair)
    for (const socket of pair) {
      socket.on('error', () => {})
      socket.once('close', () => {
        this.#pairs.delete(pair)
        for (const each of pair) each.destroy()
      })
    }
    if (far === near) {
      near.pause()
      return
    }
    near.pipe(far)
    far.pipe(near)
  }
}
