import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { createMediaHandler } from '../media/media-handler.ts'
import { issueCertificateChain } from '../wire/certificate-chain.ts'
import type { World } from '../world/world.ts'
import { Connection } from './connection.ts'

export interface SandboxServerOptions {
  /** 0 (the default) takes any free port. */
  port?: number
  /** Loopback unless told otherwise. */
  host?: string
  /** Answers plain HTTP requests that are not for the media host. Without it they get 404. */
  onRequest?: (request: IncomingMessage, response: ServerResponse) => void
}

const maxMessageBytes = 8 * 1024 * 1024

/** A world on the network: clients connect to `url` by WebSocket. */
export class SandboxServer {
  readonly #world: World
  readonly #http: Server
  readonly #sockets: WebSocketServer
  readonly #connections = new Set<Connection>()
  readonly #certificateChain: Uint8Array

  static async start(world: World, options: SandboxServerOptions = {}): Promise<SandboxServer> {
    const server = new SandboxServer(world, options)
    const { port = 0, host = '127.0.0.1' } = options
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', reject)
      server.#http.listen(port, host, resolve)
    })
    world.mediaHost = `${host}:${server.port}`
    return server
  }

  private constructor(world: World, options: SandboxServerOptions) {
    this.#world = world
    this.#certificateChain = issueCertificateChain(
      world.keys.noiseRoot,
      world.keys.serverStatic.publicKey,
      world.seconds(),
    )
    const media = createMediaHandler(world)
    const { onRequest = notFound } = options
    this.#http = createServer((request, response) => {
      if (!media(request, response)) onRequest(request, response)
    })
    this.#sockets = new WebSocketServer({
      server: this.#http,
      path: '/ws/chat',
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
    })
    this.#sockets.on('connection', (socket) => this.#accept(socket))
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  /** Where clients connect: `ws://host:port/ws/chat`. */
  get url(): string {
    return `ws://${this.#world.mediaHost}/ws/chat`
  }

  /** Where plain HTTP is answered. */
  get origin(): string {
    return `http://${this.#world.mediaHost}`
  }

  /** Closes every stream and the port. */
  async close(): Promise<void> {
    for (const stream of [...this.#world.streams.values()]) stream.end({ kind: 'close' })
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #accept(socket: WebSocket): void {
    const connection = new Connection(this.#world, socket, this.#certificateChain)
    this.#connections.add(connection)
    socket.once('close', () => this.#connections.delete(connection))
  }
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
}
