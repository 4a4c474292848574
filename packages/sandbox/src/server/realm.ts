import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import { createMediaHandler, type MediaHandler } from '../media/media-handler.ts'
import { issueCertificateChain } from '../wire/certificate-chain.ts'
import { checkUploadAuth } from '../world/media/upload-auth.ts'
import type { World } from '../world/world.ts'
import { ClientConnection } from './client-connection.ts'
import { serveWorld } from './serve-world.ts'

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

/** One world on the network. */
export class Realm {
  readonly world: World
  readonly media: MediaHandler
  readonly onRequest: RequestHandler
  readonly #certificateChain: Uint8Array
  readonly #sockets = new Set<WebSocket>()

  constructor(world: World, onRequest: RequestHandler) {
    this.world = serveWorld(world)
    this.onRequest = onRequest
    this.media = createMediaHandler(world)
    const { noiseRoot, serverStatic } = world.keys
    this.#certificateChain = issueCertificateChain(noiseRoot, serverStatic.publicKey, world.seconds())
  }

  /** @param onSettled called once, when the client has shaken hands or is gone */
  accept(socket: WebSocket, onSettled: () => void = () => {}): void {
    new ClientConnection(this.world, socket, this.#certificateChain, onSettled)
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** Whether a media request is for this world: it follows one of its links, or shows one of its upload tokens. Clients put nothing but the
   *  host's name before the path of a file, so worlds that share a port also share the paths. */
  owns(mediaUrl: string): boolean {
    const token = URL.parse(mediaUrl, 'http://media')?.searchParams.get('auth')
    if (token) return checkUploadAuth(this.world, token) !== undefined
    const { status } = this.world.media.find(mediaUrl)
    return status === 200 || status === 410
  }

  /** Ends every stream and socket. */
  close(): void {
    for (const stream of [...this.world.streams.values()]) stream.end({ kind: 'close' })
    for (const socket of this.#sockets) socket.terminate()
  }
}
