import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import type { StreamItem } from '../kit/define-stream.ts'
import { usualWriteTimeoutMs } from './cut-off-idle.ts'
import { failure } from './envelope.ts'
import { usualBeatMs } from './open-stream.ts'
import type { ServerOptions } from './server-options.ts'
import { toAppError } from './to-app-error.ts'

/** Why the server ends a WebSocket. The registered codes are those of RFC 6455, 7.4.1 and of the IANA registry of close codes; those from 4000 on are ours. */
const closeCodes = {
  /** The gateway ends. */
  leaving: 1001,
  /** The client has sent a message. */
  message: 1003,
  /** The stream failed, and waiting does not help. */
  failed: 1011,
  /** The stream failed, and may work later. */
  later: 1013,
  /** The credentials have ended. */
  unauthorized: 4001,
  /** The client has read nothing for a while. */
  slow: 4008,
} as const

/** So long a client may take to answer a close frame. */
const goodbyeMs = 2_000
/** One that was slow to read has more before it than the close frame. */
const slowGoodbyeMs = 10_000

const codeOf = (code: ErrorCode): number => {
  if (code === 'unauthorized') return closeCodes.unauthorized
  return errorCatalogue[code].retryable ? closeCodes.later : closeCodes.failed
}

interface LiveOptions extends Pick<ServerOptions, 'draining' | 'log' | 'heartbeatMs' | 'writeTimeoutMs'> {
  readonly requestId: string
  readonly stillAllowed: () => Promise<unknown>
}

/** The server's side of one reader: what is sent waits until the reader has taken what was sent before, and a reader that is gone, slow or no longer allowed ends. */
export class LiveSocket {
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #options: LiveOptions
  readonly #ended = new AbortController()
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>
  #answered = true

  constructor(webSocket: WebSocket, socket: Socket, options: LiveOptions) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#options = options
    const { draining, writeTimeoutMs = usualWriteTimeoutMs, heartbeatMs = usualBeatMs } = options
    const leave = () => this.#end(closeCodes.leaving, 'the gateway ends')
    draining.addEventListener('abort', leave)
    const timer = setInterval(() => this.#beat(), heartbeatMs).unref()
    this.closed = once(webSocket, 'close').then(
      () => {},
      () => {},
    )
    void this.closed.then(() => {
      clearInterval(timer)
      draining.removeEventListener('abort', leave)
      this.#ended.abort()
    })
    webSocket.on('error', () => webSocket.terminate())
    webSocket.on('message', () => this.#end(closeCodes.message, 'this WebSocket takes no messages'))
    webSocket.on('ping', (data) => void (socket.writableNeedDrain || webSocket.pong(data)))
    webSocket.on('pong', () => {
      this.#answered = true
    })
    // Any progress of a write counts as activity.
    socket.setTimeout(writeTimeoutMs)
    socket.on('timeout', () => this.#idle())
    if (draining.aborted) leave()
  }

  /** Aborts when nothing more can be sent. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** Resolves when the client has taken enough of what was sent before, or is gone. */
  async send({ id, event, json }: Omit<StreamItem, 'id'> & { id?: number }): Promise<void> {
    const { signal } = this.#ended
    if (signal.aborted) return
    const name = `"event":${JSON.stringify(event)},"data":${json}}`
    this.#webSocket.send(id === undefined ? `{${name}` : `{"id":${id},${name}`)
    if (this.#socket.writableNeedDrain) await once(this.#socket, 'drain', { signal }).catch(() => {})
  }

  /** Ends the stream because of an error, and says which. */
  fail(error: unknown): void {
    if (this.#ended.signal.aborted) return
    const known = toAppError(error)
    const { log, requestId } = this.#options
    if (known.code === 'internal') log.error({ err: error, requestId }, 'a stream failed')
    this.#webSocket.send(JSON.stringify({ event: 'error', data: failure(known, requestId) }))
    this.#end(codeOf(known.code), known.code)
  }

  /** Asks for a sign of life. One that still has something to read shows by reading that it lives. */
  #beat(): void {
    this.#options.stillAllowed().catch((error) => this.fail(error))
    if (this.#ended.signal.aborted || this.#socket.writableLength > 0) return
    if (!this.#answered) {
      this.#webSocket.terminate()
      return
    }
    this.#answered = false
    this.#webSocket.ping()
  }

  #idle(): void {
    const unread = this.#socket.writableLength
    if (unread === 0 || this.#ended.signal.aborted) return
    const { log, requestId } = this.#options
    log.info({ requestId, unread }, 'a client was cut off: it did not read its answer')
    this.#end(closeCodes.slow, 'events were not read', slowGoodbyeMs)
  }

  #end(code: number, reason: string, waitMs = goodbyeMs): void {
    if (this.#ended.signal.aborted) return
    this.#ended.abort()
    this.#webSocket.close(code, reason)
    const timer = setTimeout(() => this.#webSocket.terminate(), waitMs)
    void this.closed.then(() => clearTimeout(timer))
  }
}
