import { randomBytes } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import type { Agent, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { generateEphemeral, type KeyPair } from '@switchboard/signal'
import { WebSocket } from 'ws'
import type { BinaryNode } from '../binary-node.ts'
import { LinkError } from '../link-error.ts'
import { serverJid } from '../nodes/contents.ts'
import { decodeStanza } from '../nodes/decode.ts'
import { writeStanza } from '../nodes/encode.ts'
import type { Stanza } from '../nodes/stanza.ts'
import { FrameReader, framed } from '../noise/frame-reader.ts'
import { Handshake } from '../noise/handshake.ts'
import { introOf } from '../noise/intro.ts'
import { mostFrameBytes, SealedStream } from '../noise/sealed-stream.ts'
import { corkForThisTurn } from './corked-writes.ts'
import { Queries } from './queries.ts'
import { endByError, endCodes, endSaidBy, type StreamEnd } from './stream-end.ts'
import { type WheelTimer, wheel } from './timer-wheel.ts'

/** The channel of `node:diagnostics_channel` on which every stanza can be seen, as a {@link SeenStanza}. */
export const stanzaChannel = 'switchboard.link.stanza'

export interface SeenStanza {
  readonly stream: Stream
  readonly direction: 'in' | 'out'
  /** The stanza as it travels, without its seal. */
  readonly bytes: Buffer
}

/** Browsers say it (seen in: baileys Defaults `DEFAULT_ORIGIN`, whatsmeow socket/constants.go). */
const origin = 'https://web.whatsapp.com'
/** For who watches: each stanza as bytes, before it is sealed or after it was opened. */
const stanzas = channel(stanzaChannel)
/** Nobody's hello is longer. */
const mostHelloBytes = 64 * 1024
/** A message of the websocket holds a frame, or several. */
const mostMessageBytes = 2 * mostFrameBytes
/** So much later than a keep-alive is due, a silent connection is lost (seen in: baileys socket.js). */
const silenceMs = 5_000
/** A peer that does not answer the closing handshake would hold it for half a minute. */
const closeGraceMs = 2_000

export interface StreamOptions {
  readonly url: string
  readonly agent?: Agent | undefined
  /** Public key that signs the certificates of servers. */
  readonly noiseRoot: Uint8Array
  readonly noiseKey: KeyPair
  /** The client payload, as bytes. */
  readonly payload: Uint8Array
  /** What the server gave an earlier connection for its way into the network. */
  readonly routingInfo?: Uint8Array | undefined
  /** The server's key as an earlier connection proved it. */
  readonly knownServer?: Uint8Array | undefined
  readonly listener: StreamListener
  readonly queryTimeoutMs?: number
  readonly keepAliveMs?: number
  /** Unix ms. */
  readonly now?: () => number
  /** For tests that repeat a handshake: what is random otherwise. */
  readonly ephemeral?: KeyPair
  readonly random?: (size: number) => Uint8Array
}

/** What happens to a connection. Nothing comes after `ended`. */
export interface StreamListener {
  /** The socket is open; the handshake begins. */
  opened(): void
  /** The server proved its key. */
  proven(serverKey: Uint8Array): void
  /** The first stanza came. */
  heard(): void
  /** A stanza that answers no request. */
  stanza(node: BinaryNode): void
  /** What `stanza` threw. */
  failed(error: unknown): void
  ended(end: StreamEnd): void
}

/** A connection to WhatsApp: socket, handshake, stanzas in and out. It starts connecting at once. */
export class Stream {
  /** When the last stanza came, by `performance.now()`. */
  heardAt = 0
  readonly #options: StreamOptions
  readonly #socket: WebSocket
  readonly #queries = new Queries()
  readonly #frames = new FrameReader(mostHelloBytes)
  readonly #idPrefix: string
  readonly #queryTimeoutMs: number
  readonly #keepAliveMs: number
  #requests = 1
  #stanzas = 0
  #tcp: Duplex | undefined
  #handshake: Handshake | undefined
  #sealed: SealedStream | undefined
  #keepAlive: WheelTimer | undefined
  #ending: StreamEnd | undefined

  constructor(options: StreamOptions) {
    this.#options = options
    this.#queryTimeoutMs = options.queryTimeoutMs ?? 30_000
    this.#keepAliveMs = options.keepAliveMs ?? 30_000
    const prefix = Buffer.from((options.random ?? randomBytes)(4))
    // Ids of requests look like this (seen in: baileys generics.js `generateMdTagPrefix`, whatsmeow request.go).
    this.#idPrefix = `${prefix.readUInt16BE()}.${prefix.readUInt16BE(2)}-`
    this.#socket = new WebSocket(options.url, {
      origin,
      maxPayload: mostMessageBytes,
      ...(options.agent && { agent: options.agent }),
    })
    this.#listen()
  }

  /** Stanzas can be sent. */
  get isOpen(): boolean {
    return this.#sealed !== undefined && !this.#ending && this.#socket.readyState === WebSocket.OPEN
  }

  /** A new id for a request. */
  nextId(): string {
    return `${this.#idPrefix}${this.#requests++}`
  }

  /** Resolves when the stanza is written. Stanzas leave in the order of the calls. @throws LinkError `closed`, `malformed` */
  send(stanza: Stanza): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#write(this.#seal(stanza), (error) => (error ? reject(closed(error)) : resolve()))
    })
  }

  /** Sends a request, with an id unless it has one, and resolves with its answer. @throws LinkError `closed`, `timeout`, `refused`, `malformed` */
  query(request: Stanza, timeoutMs: number = this.#queryTimeoutMs): Promise<BinaryNode> {
    const id = request.attrs['id'] ?? this.nextId()
    return new Promise((resolve, reject) => {
      const frame = this.#seal(request.attrs['id'] ? request : { ...request, attrs: { ...request.attrs, id } })
      this.#queries.wait(id, timeoutMs, { resolve, reject })
      this.#write(frame, (error) => {
        if (error) this.#queries.fail(id, closed(error))
      })
    })
  }

  /** Begins to end the connection; the first reason stands. What waits for an answer fails at once. */
  end(end: StreamEnd): void {
    if (this.#ending) return
    this.#ending = end
    this.#keepAlive?.cancel()
    this.#queries.close()
    if (this.#socket.readyState === WebSocket.CLOSED)
      return void queueMicrotask(() => this.#options.listener.ended(end))
    const grace = wheel.after(closeGraceMs, () => this.#socket.terminate())
    this.#socket.once('close', () => {
      grace.cancel()
      this.#options.listener.ended(end)
    })
    this.#socket.close()
  }

  #listen(): void {
    const socket = this.#socket
    socket.on('upgrade', (response: IncomingMessage) => {
      this.#tcp = response.socket
    })
    socket.on('open', () => this.#orEnd(() => this.#greet()))
    socket.on('message', (data: Buffer) => this.#receive(data))
    socket.on('error', (error) => this.end(endByError(error)))
    socket.on('close', () => this.end({ code: endCodes.closed, message: 'Connection Terminated' }))
    // An answer that is no stream, for instance a proxy's: without this the socket would wait for one as if nothing had been said.
    socket.on('unexpected-response', (_request, { statusCode }) => {
      this.end({ message: `answered with HTTP ${statusCode} in place of a stream` })
    })
  }

  #greet(): void {
    if (this.#ending) return
    const {
      listener,
      routingInfo,
      ephemeral = generateEphemeral(),
      noiseRoot: root,
      now = Date.now,
      ...rest
    } = this.#options
    listener.opened()
    this.#handshake = new Handshake({ ...rest, ephemeral, root, now })
    this.#write(Buffer.concat([introOf(routingInfo), framed(this.#handshake.hello())]))
  }

  #receive(data: Buffer): void {
    // What still comes is not read; it would only be held.
    if (this.#ending) return
    this.#frames.add(data)
    // Where the stream is after a frame that cannot be read, nobody knows.
    this.#orEnd(() => {
      while (!this.#ending) {
        const frame = this.#frames.next()
        if (!frame) return
        this.#take(frame)
      }
    })
  }

  /** What fails here ends this connection and nothing else. */
  #orEnd(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.end({ message: (error as Error).message, data: error })
    }
  }

  /** @throws LinkError `malformed`, `untrusted` */
  #take(frame: Buffer): void {
    if (!this.#sealed) {
      this.#finishHandshake(frame)
      return
    }
    const bytes = this.#sealed.open(frame)
    if (stanzas.hasSubscribers) stanzas.publish({ stream: this, direction: 'in', bytes })
    this.#dispatch(decodeStanza(bytes))
  }

  #dispatch(node: BinaryNode): void {
    if (this.#stanzas++ === 0) this.#options.listener.heard()
    this.heardAt = performance.now()
    const end = endSaidBy(node)
    if (end) this.end(end)
    // Messages are acknowledged with their own ids: who counts on them is not always who asked.
    else if (!this.#queries.answer(node) || node.tag !== 'iq') this.#hand(node)
  }

  #hand(node: BinaryNode): void {
    const { listener } = this.#options
    try {
      listener.stanza(node)
    } catch (error) {
      listener.failed(error)
    }
  }

  #finishHandshake(frame: Buffer): void {
    if (!this.#handshake) throw new LinkError('malformed', 'the server spoke before it was greeted')
    const { finish, sendKey, receiveKey, serverKey } = this.#handshake.answer(frame)
    this.#handshake = undefined
    if (finish) this.#write(framed(finish))
    this.#sealed = new SealedStream(sendKey, receiveKey)
    this.#frames.mostBytes = mostFrameBytes
    this.heardAt = performance.now()
    this.#options.listener.proven(serverKey)
    this.#keepAlive = wheel.after(this.#keepAliveMs, () => this.#keepAlives())
  }

  #keepAlives(): void {
    if (this.#ending) return
    if (performance.now() - this.heardAt > this.#keepAliveMs + silenceMs) {
      this.end({ code: endCodes.lost, message: 'Connection was lost' })
      return
    }
    this.#keepAlive = wheel.after(this.#keepAliveMs, () => this.#keepAlives())
    if (!this.isOpen) return
    // Its answer is a sign of life like any other stanza; nobody waits for it.
    const attrs = { id: this.nextId(), to: serverJid, type: 'get', xmlns: 'w:p' }
    this.#write(this.#seal({ tag: 'iq', attrs, content: [{ tag: 'ping', attrs: {} }] }))
  }

  #seal(stanza: Stanza): Buffer {
    if (!this.isOpen) throw closed()
    const bytes = writeStanza(stanza)
    if (stanzas.hasSubscribers) stanzas.publish({ stream: this, direction: 'out', bytes: Buffer.from(bytes) })
    return this.#sealed!.seal(bytes)
  }

  #write(bytes: Buffer, written?: (error?: Error) => void): void {
    if (this.#tcp) corkForThisTurn(this.#tcp)
    this.#socket.send(bytes, written)
  }
}

const closed = (cause?: Error): LinkError => new LinkError('closed', 'the connection is closed', cause ? { cause } : {})
