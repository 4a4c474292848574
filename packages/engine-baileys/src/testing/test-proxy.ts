import net, { type AddressInfo, type Socket } from 'node:net'

/** `user:password` that every client must show; anybody may come when absent. */
type Login = string | undefined

/** A proxy on loopback that counts what it carries; `http` speaks CONNECT. Names under `.invalid`, which nobody else can resolve, lead to this
 *  machine: what reaches them went through here. */
export class TestProxy {
  readonly #server: net.Server
  readonly #sockets = new Set<Socket>()
  readonly #login: Login
  tunnels = 0
  refused = 0
  /** Names and addresses that were asked for. */
  readonly hosts = new Set<string>()

  static async start(kind: 'http' | 'socks5', login?: string): Promise<TestProxy> {
    const proxy = new TestProxy(kind, login)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  private constructor(kind: 'http' | 'socks5', login: Login) {
    this.#login = login
    this.#server = net.createServer((client) => {
      this.#keep(client)
      if (kind === 'http') this.#http(client)
      else this.#greetSocks(client)
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
    client.once('data', (data) => {
      const head = data.toString()
      const [, host, port] = /^CONNECT ([^:\s]+):(\d+)/.exec(head) ?? []
      const shown = /^proxy-authorization: basic (\S+)/im.exec(head)?.[1] ?? ''
      if (this.#admits(Buffer.from(shown, 'base64').toString()))
        this.#tunnel(client, host!, Number(port), 'HTTP/1.1 200 OK\r\n\r\n')
      else this.#refuse(client, 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
    })
  }

  /** RFC 1928, and RFC 1929 for the password. */
  #greetSocks(client: Socket): void {
    client.once('data', (greeting) => {
      if (this.#login === undefined) {
        client.once('data', (request) => this.#socks(client, request))
        client.write(Buffer.of(5, 0))
        return
      }
      if (!greeting.subarray(2).includes(2)) return this.#refuse(client, Buffer.of(5, 0xff))
      client.once('data', (shown) => {
        const user = shown.subarray(2, 2 + shown[1]!)
        if (!this.#admits(`${user}:${shown.subarray(3 + user.length)}`)) return this.#refuse(client, Buffer.of(1, 1))
        client.once('data', (request) => this.#socks(client, request))
        client.write(Buffer.of(1, 0))
      })
      client.write(Buffer.of(5, 2))
    })
  }

  #socks(client: Socket, request: Buffer): void {
    const isName = request[3] === 3
    const length = isName ? request[4]! : 4
    const at = isName ? 5 : 4
    const name = request.subarray(at, at + length)
    const host = isName ? name.toString() : name.join('.')
    this.#tunnel(client, host, request.readUInt16BE(at + length), Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
  }

  #admits(shown: string): boolean {
    return this.#login === undefined || shown === this.#login
  }

  #refuse(client: Socket, answer: string | Buffer): void {
    this.refused++
    client.end(answer)
  }

  #tunnel(client: Socket, host: string, port: number, ready: string | Buffer): void {
    this.tunnels++
    this.hosts.add(host)
    const upstream = net.connect(port, host.endsWith('.invalid') ? '127.0.0.1' : host, () => {
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
