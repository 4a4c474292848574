import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { askedFor } from './stories.ts'

/** What a live stream gives. */
export interface Told {
  readonly id: number
  readonly event: string
  readonly data: Record<string, unknown> & { readonly id: string; readonly seq: number; readonly device_id: string }
}

const webSocketUrl = (url: string): string => url.replace(/^http/, 'ws')

/** A refused handshake as the answer that it got. */
const refusal = async (response: IncomingMessage): Promise<{ status: number; text: string }> => {
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode ?? 0, text }
}

/** How a request to open a WebSocket is answered; one that is let in leaves at once. */
export const askSocket = (url: string, headers: Record<string, string>): Promise<{ status: number; text: string }> => {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const socket = new WebSocket(webSocketUrl(url), { headers })
  socket.on('unexpected-response', (_request, response) => resolve(refusal(response)))
  socket.on('error', reject)
  socket.on('open', () => {
    socket.close()
    resolve({ status: 101, text: '' })
  })
  return promise
}

/** A reader of events over a WebSocket. */
export class SocketClient {
  readonly socket: WebSocket
  readonly told: Told[] = []
  /** Code and reason, once the server has ended it. */
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #waiting = new Set<() => void>()

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => {
      this.told.push(JSON.parse(String(data)) as Told)
      for (const look of this.#waiting) look()
    })
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
    })
    // A connection that breaks is closed as well.
    socket.on('error', () => {})
  }

  /** @param url http address of the API and the path @throws when it is refused */
  static async open(url: string, headers: Record<string, string> = {}): Promise<SocketClient> {
    const socket = new WebSocket(webSocketUrl(url), { headers })
    const client = new SocketClient(socket)
    await once(socket, 'open')
    askedFor(url)
    return client
  }

  /** Everything so far, once there are so many; rejects when the server ends it before. */
  async take(count: number): Promise<readonly Told[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Told[]>()
    const look = () => this.told.length >= count && resolve(this.told)
    this.#waiting.add(look)
    look()
    void this.closed.then(({ code }) => reject(new Error(`closed with ${code} after ${this.told.length} of ${count}`)))
    return promise.finally(() => this.#waiting.delete(look))
  }

  close(): void {
    this.socket.terminate()
  }
}
