import net, { type AddressInfo, type Socket } from 'node:net'

/** A proxy on loopback that counts what it carries; `http` speaks CONNECT, `socks5` SOCKS without a password. */
export class TestProxy {
  readonly #server: net.Server
  readonly #sockets = new Set<Socket>()
  tunnels = 0

  static async start(kind: 'http' | 'socks5'): Promise<TestProxy> {
    const proxy = new TestProxy(kind)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  private constructor(kind: 'http' | 'socks5') {
    this.#server = net.createServer((client) => {
      this.#keep(client)
      if (kind === 'http') this.#http(client)
      else this.#socks(client)
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #http(client: Socket): void {
    client.once('data', (head) => {
      const [, host, port] = /^CONNECT ([^:\s]+):(\d+)/.exec(head.toString()) ?? []
      this.#tunnel(client, host!, Number(port), 'HTTP/1.1 200 OK\r\n\r\n')
    })
  }

  #socks(client: Socket): void {
    client.once('data', () => {
      client.write(Buffer.of(5, 0))
      client.once('data', (request) => {
        const isName = request[3] === 3
        const length = isName ? request[4]! : 4
        const at = isName ? 5 : 4
        const name = request.subarray(at, at + length)
        const host = isName ? name.toString() : name.join('.')
        this.#tunnel(client, host, request.readUInt16BE(at + length), Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
      })
    })
  }

  #tunnel(client: Socket, host: string, port: number, ready: string | Buffer): void {
    this.tunnels++
    const upstream = net.connect(port, host, () => {
      client.write(ready)
      client.pipe(upstream).pipe(client)
    })
    this.#keep(upstream)
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
