import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { World } from '../world/world.ts'
import { Realm, type RequestHandler } from './realm.ts'
import { createSniffingServer } from './tls/sniffing-server.ts'
import type { TlsIdentity } from './tls/tls-identity.ts'
import { serveWebPage } from './web-page.ts'

export interface SandboxServerOptions {
  /** 0 (the default) takes any free port. */
  port?: number
  /** Loopback unless told otherwise. */
  host?: string
  /** Answers plain HTTP requests that are not for the media host. Without it they get 404. */
  onRequest?: RequestHandler
  /** Also answers TLS on the same port, and calls itself `wss:` and `https:`. */
  tls?: TlsIdentity
  /** How many clients may be connected without having shaken hands; 4096 when absent. More are turned away. */
  mostUnfinished?: number
}

const maxMessageBytes = 8 * 1024 * 1024
/** All sockets together: no flood may use up the descriptors that the files need. */
const mostSockets = 16_384
/** How long a client may take to say what it wants, and to send all of it. */
const patience = { headersTimeout: 20_000, requestTimeout: 300_000, connectionsCheckingInterval: 5_000 }

/** Worlds on the network: clients connect to `url` by WebSocket. The first world is at the root, others are under `/worlds/{name}`. */
export class SandboxServer {
  readonly #realms = new Map<string, Realm>()
  readonly #plain: Server
  readonly #listener: NetServer
  readonly #secure: Server | undefined
  readonly #open = new Set<Socket>()
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxMessageBytes })
  #host = ''
  readonly #mostUnfinished: number
  #unfinished = 0

  static async start(world: World, options: SandboxServerOptions = {}): Promise<SandboxServer> {
    const server = new SandboxServer(options)
    const { port = 0, host = '127.0.0.1' } = options
    await new Promise<void>((resolve, reject) => {
      server.#listener.once('error', reject)
      server.#listener.listen(port, host, resolve)
    })
    server.#host = `${host}:${server.port}`
    server.mount('', world, options.onRequest)
    return server
  }

  private constructor({ tls, mostUnfinished = 4096 }: SandboxServerOptions) {
    this.#mostUnfinished = mostUnfinished
    this.#plain = createServer(patience, (request, response) => this.#serve(request, response))
    this.#secure =
      tls &&
      createSecureServer({ ...patience, key: tls.key, cert: tls.certificate + tls.ca }, (request, response) =>
        this.#serve(request, response),
      )
    for (const http of [this.#plain, this.#secure]) {
      http?.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    }
    this.#listener = this.#secure ? createSniffingServer(this.#secure, this.#plain, this.#open) : this.#plain
    this.#listener.maxConnections = mostSockets
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port
  }

  /** Where clients connect: `ws://host:port/ws/chat`. */
  get url(): string {
    return this.urlOf('')
  }

  /** Where plain HTTP is answered. */
  get origin(): string {
    return this.originOf('')
  }

  /** Where clients of that world connect. */
  urlOf(name: string): string {
    return `${this.#secure ? 'wss' : 'ws'}://${this.#host}${pathOf(name)}/ws/chat`
  }

  originOf(name: string): string {
    return `${this.#secure ? 'https' : 'http'}://${this.#host}${pathOf(name)}`
  }

  /** Puts a world there; one that was there before is shut off. */
  mount(name: string, world: World, onRequest: RequestHandler = notFound): void {
    this.unmount(name)
    world.mediaHost = this.#host
    this.#realms.set(name, new Realm(world, onRequest))
  }

  /** Ends every stream of a world. */
  unmount(name: string): void {
    this.#realms.get(name)?.close()
    this.#realms.delete(name)
  }

  /** Closes every stream and the port. */
  async close(): Promise<void> {
    for (const name of [...this.#realms.keys()]) this.unmount(name)
    this.#plain.closeAllConnections()
    for (const socket of this.#open) socket.destroy()
    await new Promise((resolve) => this.#listener.close(resolve))
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { name, path } = split(request.url ?? '/')
    const realm = this.#realms.get(name)
    if (!realm) {
      notFound(request, response)
      return
    }
    request.url = path
    const owner = [realm, ...this.#realms.values()].find((candidate) => candidate.owns(path)) ?? realm
    if (owner.media(request, response) || serveWebPage(realm.world, request, response)) return
    realm.onRequest(request, response)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { name, path } = split(request.url ?? '/')
    const realm = this.#realms.get(name)
    if (!realm || path.split('?')[0] !== '/ws/chat') {
      refuse(socket, '404 Not Found')
      return
    }
    if (this.#unfinished >= this.#mostUnfinished) {
      refuse(socket, '503 Service Unavailable')
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
      this.#unfinished++
      realm.accept(accepted, () => {
        this.#unfinished--
      })
    })
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

function pathOf(name: string): string {
  return name === '' ? '' : `/worlds/${name}`
}

/** `/worlds/blue/phones` is `/phones` of the world `blue`; `/worlds/blue` itself is asked of the world at the root. */
function split(url: string): { name: string; path: string } {
  const [, name, path] = /^\/worlds\/([\w-]+)(\/[^?].*)$/.exec(url) ?? []
  return name && path ? { name, path } : { name: '', path: url }
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  const error = { code: 'not_found', message: 'there is no such world here, or nobody who answers for it' }
  response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
}
