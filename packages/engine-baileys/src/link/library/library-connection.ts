import { EngineError } from '@switchboard/engine'
import { type BinaryNode, encodeStanza, qrLifetimesMs, type Stanza } from '@switchboard/link'
import type { BaileysEventMap } from 'baileys'
import type { Connect, Connection, ConnectionParts } from '../connection.ts'
import { type BaileysSocket, openBaileysSocket } from './baileys-socket.ts'
import { libraryRepository } from './library-repository.ts'

type Update = Partial<BaileysEventMap['connection.update']>
type SocketError = Error & { readonly output?: { readonly statusCode?: number }; readonly data?: unknown }

/** The protocol library's link, for who prefers it (`SWITCHBOARD_LINK=baileys`). Nothing else imports that library. */
export const connect: Connect = (parts) => new LibraryConnection(parts)

class LibraryConnection implements Connection {
  heardAt = 0
  readonly #parts: ConnectionParts
  readonly #socket: BaileysSocket
  #heard = false
  /** So many pictures for the phone. */
  #shown = 0

  constructor(parts: ConnectionParts) {
    const { creds, options, agent, store, signal, listener } = parts
    this.#parts = parts
    const makeSignalRepository = libraryRepository(signal, store)
    const failed = (error: unknown) => listener.failed(error)
    this.#socket = openBaileysSocket({ creds, options, agent, makeSignalRepository, failed })
    const { ws, ev } = this.#socket.sock
    ws.on('open', () => listener.opened())
    ws.on('frame', (frame: BinaryNode | Uint8Array) => this.#hears(frame))
    ev.on('connection.update', (update) => this.#changed(update))
    ev.on('creds.update', () => listener.credsChanged())
  }

  get isOpen(): boolean {
    return this.#socket.sock.ws.isOpen
  }

  send(stanza: Stanza): Promise<void> {
    return this.#socket.sock.sendRawMessage(encodeStanza(stanza))
  }

  async query(request: Stanza, timeoutMs?: number): Promise<BinaryNode> {
    if (!this.isOpen) throw new EngineError('closed', 'the connection is closed')
    const node = request as BinaryNode
    const answer: BinaryNode | undefined = await this.#socket.sock.query(node, timeoutMs).catch((error: unknown) => {
      throw engineErrorOf(error)
    })
    // The library answers a time-out with nothing.
    if (!answer) throw new EngineError('timeout', 'WhatsApp did not answer in time')
    return answer
  }

  requestPairingCode(phone: string): Promise<string> {
    return this.#socket.requestPairingCode(phone)
  }

  takeLinkCode(node: BinaryNode): Promise<void> {
    return this.#socket.takeNotification(node)
  }

  stopCodes(): void {
    // The library's timer for its codes cannot be reached: it ends the connection when they are used up, passkey or not (docs/guide/passkeys.md).
  }

  loggedIn(): void {
    this.#socket.sock.ev.emit('connection.update', { connection: 'open' })
  }

  rename(name: string): void {
    // The library shows the new name to others, and keeps it.
    this.#socket.sock.ev.emit('creds.update', { me: { ...this.#parts.creds.me!, name } })
  }

  end(): void {
    this.#socket.end().catch((error) => this.#parts.listener.failed(error))
  }

  #hears(frame: BinaryNode | Uint8Array): void {
    this.heardAt = performance.now()
    if (frame instanceof Uint8Array) return
    const { listener } = this.#parts
    if (!this.#heard) listener.heard()
    this.#heard = true
    listener.stanza(frame)
  }

  #changed({ qr, connection, lastDisconnect }: Update): void {
    const { listener } = this.#parts
    if (qr) listener.qr({ text: qr, validForMs: this.#shown++ === 0 ? qrLifetimesMs.first : qrLifetimesMs.later })
    if (connection !== 'close') return
    const error: SocketError | undefined = lastDisconnect?.error
    const code = error?.output?.statusCode
    listener.ended({ ...(code !== undefined && { code }), data: error?.data, message: error?.message ?? '' })
  }
}

/** A library error as the port's. */
function engineErrorOf(error: unknown): EngineError {
  if (error instanceof EngineError) return error
  const { output, data } = error as { output?: { statusCode?: number }; data?: unknown }
  const message = error instanceof Error ? error.message : String(error)
  if (output?.statusCode === 428) return new EngineError('closed', 'the connection is closed', { cause: error })
  if (output?.statusCode === 408) return new EngineError('timeout', 'WhatsApp did not answer in time', { cause: error })
  if (typeof data === 'number') return new EngineError('refused', message, { remoteCode: data, cause: error })
  return new EngineError('closed', message, { cause: error })
}
