import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** The connection of a request that asks to become a WebSocket. */
export interface Upgrade {
  readonly socket: Socket
  /** What the client has sent already behind its request. */
  readonly head: Buffer
  /** Hands the connection over: it is no answer in HTTP any more. */
  take(): void
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/** Undefined: the request does not ask for it. */
export const upgradeOf = (request: IncomingMessage): Upgrade | undefined => upgrades.get(request)

/** Requests for another protocol, such as h2c, are answered in HTTP (RFC 9110, 7.8). */
export const isForWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'

/** A client that takes nothing of a refusal. */
const refusalMs = 30_000

/** Lets requests for a WebSocket take the way of all other requests, with an answer for those that are refused. */
export const takeUpgrades = (server: Server, handle: RequestListener, isBusy: (socket: Socket) => boolean): void => {
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const socket = stream as Socket
    socket.on('error', () => socket.destroy())
    // Answers to earlier requests would come in the middle of it.
    if (socket.destroyed || isBusy(socket)) {
      socket.destroy()
      return
    }
    const giveUp = () => socket.destroy()
    socket.setTimeout(refusalMs, giveUp)
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket)
    response.once('finish', () => {
      response.detachSocket(socket)
      socket.destroySoon()
    })
    upgrades.set(request, { socket, head, take: () => socket.setTimeout(0, giveUp) })
    handle(request as never, response as never)
  })
}
