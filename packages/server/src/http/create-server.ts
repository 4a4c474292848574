import { createServer, IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { RootLogger } from '../observe/logging.ts'
import { isForWebSocket, takeUpgrades } from './upgrades.ts'

/** Requests that may wait behind one on the same connection. Who pipelines sends a handful. */
const mostWaiting = 64
/** Chunks of one body that may be as small as they like: a program that writes a list piece by piece sends some thousand. */
const freeChunks = 4096
/** Mean size of all beyond that. Each chunk costs some µs, however little is in it, and a single read of the socket brings ten thousand. */
const smallestMeanBytes = 128

class BoundedMessage extends IncomingMessage {
  #chunks = 0
  #bytes = 0
  /** Gives the connection up. */
  floods: (() => void) | undefined
  /** Nobody will answer it. */
  dropped = false

  /** Thousands of them may end with their connection. */
  override destroy(error?: Error): this {
    return this.dropped ? this : super.destroy(error)
  }

  override push(chunk: Uint8Array | null, encoding?: BufferEncoding): boolean {
    // What is left of a read is parsed all the same.
    if (this.destroyed) return false
    if (chunk && this.headers['transfer-encoding'] !== undefined) {
      this.#bytes += chunk.length
      if (++this.#chunks > freeChunks && this.#bytes < this.#chunks * smallestMeanBytes) {
        this.floods?.()
        this.destroy()
        return false
      }
    }
    return super.push(chunk, encoding)
  }
}

/** The requests of each connection one after the other, as their answers leave in any case: a single read of the socket brings thousands, and what they
 *  cost must not fall into one turn of the event loop. */
const inTurn = (
  handle: RequestListener<typeof BoundedMessage>,
  cutOff: (socket: Socket, message: string) => void,
): { handle: RequestListener<typeof BoundedMessage>; isBusy: (socket: Socket) => boolean } => {
  const waiting = new WeakMap<Socket, (() => void)[]>()
  const handleInTurn: RequestListener<typeof BoundedMessage> = (request, response) => {
    const { socket } = request
    const line = waiting.get(socket)
    if (socket.destroyed || (line && line.length >= mostWaiting)) {
      request.dropped = true
      if (!socket.destroyed) cutOff(socket, 'a client was cut off: it sent many requests at once')
      return
    }
    const next = (): void => {
      const following = waiting.get(socket)?.shift()
      if (following) setImmediate(following)
      else waiting.delete(socket)
    }
    const begin = (): void => {
      if (socket.destroyed) return
      response.once('close', next)
      handle(request, response)
    }
    if (line) {
      line.push(begin)
      return
    }
    waiting.set(socket, [])
    begin()
  }
  return { handle: handleInTurn, isBusy: (socket) => waiting.has(socket) }
}

/** The bare server below the routes. Nobody gets more of the event loop at once than a read of a socket is worth. */
export const serverFactory =
  (log: RootLogger) =>
  (handle: RequestListener): Server => {
    const cutOff = (socket: Socket, message: string): void => {
      log.info({ address: socket.remoteAddress }, message)
      socket.destroy()
    }
    const inOrder = inTurn(handle, cutOff)
    const options = {
      IncomingMessage: BoundedMessage,
      // Node would refuse it without a word; a hook answers in the envelope.
      requireHostHeader: false,
      // A slow sender must not hold a socket without end; answers may take long.
      requestTimeout: 120_000,
      keepAliveTimeout: 72_000,
      shouldUpgradeCallback: isForWebSocket,
    }
    const server = createServer(options, (request, response) => {
      const flood = 'a client was cut off: it sent a body in very small chunks'
      request.floods = () => cutOff(request.socket, flood)
      inOrder.handle(request, response)
    })
    takeUpgrades(server, handle, inOrder.isBusy)
    // What a client expects beyond 100-continue need not be met (RFC 9110, 10.1.1); Node would refuse it outside of the envelope.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response))
    return server
  }
