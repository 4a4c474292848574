import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { generateKeyPair, type KeyPair } from '@switchboard/signal'
import { type WebSocket, WebSocketServer } from 'ws'
import type { BinaryNode } from '../binary-node.ts'
import { decodeStanza } from '../nodes/decode.ts'
import { encodeStanza } from '../nodes/encode.ts'
import type { Stanza } from '../nodes/stanza.ts'
import { FrameReader, framed } from '../noise/frame-reader.ts'
import { intro } from '../noise/intro.ts'
import { mostFrameBytes, SealedStream } from '../noise/sealed-stream.ts'
import { HandshakeMessage } from '../proto/messages.ts'
import { answerFull, answerResumed, certificateChain, type ServerSide } from './noise-server.ts'

/** The server's end of one connection. */
export class ServerConnection {
  /** What came before the hello. */
  intro: Uint8Array = new Uint8Array()
  payload: Uint8Array | undefined
  /** The client resumed. */
  resumed = false
  /** What the client sent, without its seal. */
  readonly received: Buffer[] = []
  readonly socket: WebSocket
  readonly #server: StanzaServer
  readonly #frames = new FrameReader(mostFrameBytes)
  #side: ServerSide | undefined
  #sealed: SealedStream | undefined
  #changed = Promise.withResolvers<void>()

  constructor(socket: WebSocket, server: StanzaServer) {
    this.socket = socket
    this.#server = server
    socket.on('message', (data: Buffer) => this.#take(Buffer.from(data)))
    socket.on('close', () => this.#change())
  }

  get stanzas(): BinaryNode[] {
    return this.received.map(decodeStanza)
  }

  /** Resolves with what is looked for as soon as it is there. */
  async until<Found>(look: (connection: this) => Found | undefined | false): Promise<Found> {
    for (;;) {
      const found = look(this)
      if (found) return found
      await this.#changed.promise
    }
  }

  /** The stanza that came as the `count`th. */
  stanza(count: number): Promise<BinaryNode> {
    return this.until(({ received }) => received[count] && decodeStanza(received[count]))
  }

  ready(): Promise<Uint8Array> {
    return this.until(({ payload }) => payload)
  }

  send(...stanzas: Stanza[]): void {
    this.sendBytes(Buffer.concat(stanzas.map((stanza) => this.seal(encodeStanza(stanza)))))
  }

  seal(bytes: Buffer): Buffer {
    return this.#sealed!.seal(bytes)
  }

  sendBytes(bytes: Buffer): void {
    this.socket.send(bytes)
  }

  #take(data: Buffer): void {
    let bytes = data
    if (!this.#side) {
      const end = data.indexOf(intro) + intro.length
      this.intro = data.subarray(0, end)
      bytes = data.subarray(end)
    }
    this.#frames.add(bytes)
    for (let frame = this.#frames.next(); frame; frame = this.#frames.next()) this.#takeFrame(frame)
    this.#change()
  }

  #takeFrame(frame: Buffer): void {
    if (!this.#side) this.#greet(frame)
    else if (!this.#sealed) this.#open(this.#side.finish(frame))
    else this.received.push(this.#sealed.open(frame))
  }

  #greet(hello: Buffer): void {
    const { key, chain, resumes } = this.#server
    const isResuming = HandshakeMessage.decode(hello).clientHello?.static !== undefined
    if (resumes === 'never' && isResuming) {
      this.socket.close()
      return
    }
    this.resumed = isResuming && resumes === 'yes'
    if (this.resumed) this.#side = answerResumed(hello, key, chain)
    else this.#side = answerFull(hello, key, chain, isResuming ? 'XXfallback' : 'XX')
    this.sendBytes(framed(this.#side.reply))
    if (this.#side.payload) this.#open(this.#side.payload)
  }

  #open(payload: Uint8Array): void {
    const [clientKey, serverKey] = this.#side!.keys()
    this.#sealed = new SealedStream(serverKey, clientKey)
    this.payload = payload
  }

  #change(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}

/** A server that speaks Noise and stanzas, and answers nothing by itself. */
export class StanzaServer {
  readonly root: KeyPair = generateKeyPair()
  key: KeyPair = generateKeyPair()
  chain: Uint8Array = certificateChain(this.root, this.key.publicKey)
  /** Whether it takes up a handshake that resumes, answers it in full, or knows no such thing. */
  resumes: 'yes' | 'no' | 'never' = 'yes'
  readonly #server: WebSocketServer
  readonly #waiting: ((connection: ServerConnection) => void)[] = []
  readonly #connections: ServerConnection[] = []

  private constructor(server: WebSocketServer) {
    this.#server = server
    server.on('connection', (socket) => {
      const connection = new ServerConnection(socket, this)
      const waiting = this.#waiting.shift()
      if (waiting) waiting(connection)
      else this.#connections.push(connection)
    })
  }

  static async start(): Promise<StanzaServer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    return new StanzaServer(server)
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws/chat`
  }

  /** The next connection, also one that came before. */
  async connection(): Promise<ServerConnection> {
    return this.#connections.shift() ?? new Promise((resolve) => this.#waiting.push(resolve))
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
