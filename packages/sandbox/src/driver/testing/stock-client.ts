import makeWASocket, {
  type AuthenticationState,
  type BaileysEventMap,
  initAuthCreds,
  type proto,
  type SignalDataTypeMap,
  type UserFacingSocketConfig,
  WA_CERT_DETAILS,
  type WASocket,
} from 'baileys-stock'
import type { Phone } from '../../phone/phone.ts'
import type { Sandbox } from '../sandbox.ts'
import { plainMedia } from './plain-media.ts'

export { useMultiFileAuthState } from 'baileys-stock'

type Keys = AuthenticationState['keys']
type Logger = NonNullable<Parameters<typeof makeWASocket>[0]['logger']>

const silent: Logger = {
  level: 'silent',
  child: () => silent,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
}

/** The library leaves timers of 8 s and more behind when it is closed. They must not keep a test's process alive. */
function letGoOfLongTimers(): void {
  const original = globalThis.setTimeout
  const patched = (task: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]): NodeJS.Timeout => {
    const timer = original(task, delayMs, ...args)
    return (delayMs ?? 0) >= 8_000 ? timer.unref() : timer
  }
  globalThis.setTimeout = Object.assign(patched, original) as typeof setTimeout
}

letGoOfLongTimers()

function memoryKeys(): Keys {
  const all = new Map<string, unknown>()
  return {
    get: async (type, ids) => {
      const found: Record<string, SignalDataTypeMap[typeof type]> = {}
      for (const id of ids) {
        const value = all.get(`${type}/${id}`)
        if (value !== undefined) found[id] = value as SignalDataTypeMap[typeof type]
      }
      return found
    },
    set: async (data) => {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries ?? {})) {
          if (value === null || value === undefined) all.delete(`${type}/${id}`)
          else all.set(`${type}/${id}`, value)
        }
      }
    },
  }
}

type Handler = (name: string, payload: unknown) => void

/** Settings of the library that a story may want otherwise. */
export type StockSettings = Partial<Pick<UserFacingSocketConfig, 'syncFullHistory' | 'shouldSyncHistoryMessage'>>

/** Where a client keeps its state. */
export interface StockStore {
  readonly state: AuthenticationState
  saveCreds(): Promise<void>
}

/** An unmodified foreign client (baileys as published), for tests: it judges whether a sandbox speaks the protocol. */
export class StockClient {
  readonly state: AuthenticationState
  readonly messages: proto.IWebMessageInfo[] = []
  readonly events: { name: string; payload: unknown }[] = []
  readonly sent = new Map<string, proto.IMessage>()
  /** Highest status seen of each message: 2 at the server, 3 delivered, 4 read. */
  readonly #statuses = new Map<string, number>()
  /** Where to connect. */
  world: { socket_url: string; root_key_hex: string }
  readonly #settings: StockSettings
  readonly #saveCreds: () => Promise<void>
  readonly #listeners = new Set<Handler>()
  #socket: WASocket | undefined

  /** @param world a sandbox in this process, or what `GET /` of another says
   *  @param store where it keeps its state, such as what `useMultiFileAuthState` gives; in memory when absent */
  constructor(
    world: Sandbox | { socket_url: string; root_key_hex: string },
    settings: StockSettings = {},
    store: StockStore = { state: { creds: initAuthCreds(), keys: memoryKeys() }, saveCreds: async () => {} },
  ) {
    this.#settings = settings
    this.state = store.state
    this.#saveCreds = store.saveCreds
    this.world = 'rootKeyHex' in world ? { socket_url: world.socketUrl, root_key_hex: world.rootKeyHex } : world
    // The library keeps its trust root in one exported object for the whole process.
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(this.world.root_key_hex, 'hex')
  }

  /** Where media is: the media host listens beside the socket. */
  get mediaOrigin(): string {
    return `http://${new URL(this.world.socket_url).host}`
  }

  get socket(): WASocket {
    if (!this.#socket) throw new Error('not connected')
    return this.#socket
  }

  /** Connects, restarts when told to (515), and resolves when open. */
  async connect(): Promise<void> {
    const opened = this.until('connection.update', (update) => update.connection === 'open')
    this.open()
    await opened
  }

  /** Connects and resolves with the first QR text; the connection continues to open once a phone scans it. */
  async showQr(): Promise<string> {
    const shown = this.until('connection.update', (update) => update.qr !== undefined)
    this.open()
    return (await shown).qr!
  }

  /** Is linked by a phone that scans its QR code; resolves when open. */
  async link(phone: Phone): Promise<void> {
    const opened = this.until('connection.update', (update) => update.connection === 'open')
    await phone.scan(await this.showQr())
    await opened
  }

  /** Asks for a pairing code, as soon as the server has offered a QR code. */
  async showCode(phone: string): Promise<string> {
    await this.showQr()
    return this.socket.requestPairingCode(phone)
  }

  async close(): Promise<void> {
    await this.#socket?.end(undefined)
    this.#socket = undefined
  }

  /** Resolves with the first event of that name (past or future) whose payload satisfies the predicate. */
  until<K extends keyof BaileysEventMap>(
    name: K,
    predicate: (payload: BaileysEventMap[K]) => boolean = () => true,
    timeoutMs = 60_000,
  ): Promise<BaileysEventMap[K]> {
    const past = this.events.find((event) => event.name === name && predicate(event.payload as BaileysEventMap[K]))
    if (past) return Promise.resolve(past.payload as BaileysEventMap[K])
    return new Promise((resolve, reject) => {
      const handler: Handler = (seen, payload) => {
        if (seen !== name || !predicate(payload as BaileysEventMap[K])) return
        clearTimeout(timer)
        this.#listeners.delete(handler)
        resolve(payload as BaileysEventMap[K])
      }
      const timer = setTimeout(() => {
        this.#listeners.delete(handler)
        const last = this.events.slice(-12).map((event) => event.name)
        reject(new Error(`client saw no matching ${name} within ${timeoutMs} ms; last events: ${last.join(', ')}`))
      }, timeoutMs)
      timer.unref()
      this.#listeners.add(handler)
    })
  }

  /** Resolves with the first event of any name (past or future) that satisfies the predicate. */
  untilAny(predicate: (name: string, payload: unknown) => boolean, timeoutMs = 60_000): Promise<unknown> {
    const past = this.events.find((event) => predicate(event.name, event.payload))
    if (past) return Promise.resolve(past.payload)
    return new Promise((resolve, reject) => {
      const handler: Handler = (name, payload) => {
        if (!predicate(name, payload)) return
        clearTimeout(timer)
        this.#listeners.delete(handler)
        resolve(payload)
      }
      const timer = setTimeout(() => {
        this.#listeners.delete(handler)
        reject(new Error(`client saw no matching event within ${timeoutMs} ms`))
      }, timeoutMs)
      this.#listeners.add(handler)
    })
  }

  /** Resolves when the connection was closed with that status code. */
  async untilClosed(code: number, timeoutMs = 60_000): Promise<void> {
    await this.until(
      'connection.update',
      (update) => update.connection === 'close' && closeCode(update) === code,
      timeoutMs,
    )
  }

  /** Resolves once the message has that status or a higher one. The client reports it in an update, or with the message itself when both
   *  come together. */
  async untilStatus(id: string, status: number, timeoutMs = 60_000): Promise<void> {
    const reached = (): boolean => (this.#statuses.get(id) ?? 0) >= status
    if (reached()) return
    await Promise.any([
      this.until('messages.update', reached, timeoutMs),
      this.until('messages.upsert', reached, timeoutMs),
    ])
  }

  #note(id: string | null | undefined, status: number | null | undefined): void {
    if (id && status) this.#statuses.set(id, Math.max(status, this.#statuses.get(id) ?? 0))
  }

  /** The first message whose text is this one. */
  async untilText(text: string, timeoutMs = 60_000): Promise<proto.IWebMessageInfo> {
    const find = () => this.messages.find((message) => textOf(message) === text)
    if (!find()) await this.until('messages.upsert', () => find() !== undefined, timeoutMs)
    return find()!
  }

  async sendText(to: string, text: string): Promise<string> {
    const sent = await this.socket.sendMessage(to, { text })
    const id = sent?.key.id
    if (!id || !sent.message) throw new Error('nothing was sent')
    this.sent.set(id, sent.message)
    return id
  }

  /** Connects without waiting for anything. */
  open(): void {
    const media = plainMedia(this.mediaOrigin)
    const socket = makeWASocket({
      fetchAgent: media.agent,
      options: { dispatcher: media.dispatcher as never },
      auth: this.state,
      waWebSocketUrl: this.world.socket_url,
      logger: silent,
      appStateMacVerification: { patch: true, snapshot: true },
      getMessage: async (key) => this.sent.get(key.id ?? ''),
      retryRequestDelayMs: 1,
      ...this.#settings,
    })
    this.#socket = socket
    socket.ev.process((events) => {
      for (const [name, payload] of Object.entries(events)) this.#seen(name, payload)
    })
  }

  #seen(name: string, payload: unknown): void {
    if (name === 'creds.update') {
      Object.assign(this.state.creds, payload)
      void this.#saveCreds()
    }
    if (name === 'messages.upsert') {
      const { messages } = payload as BaileysEventMap['messages.upsert']
      this.messages.push(...messages)
      for (const message of messages) this.#note(message.key.id, message.status)
    }
    if (name === 'messages.update') {
      for (const { key, update } of payload as BaileysEventMap['messages.update']) this.#note(key.id, update.status)
    }
    this.events.push({ name, payload })
    for (const listener of [...this.#listeners]) listener(name, payload)
    if (name !== 'connection.update') return
    const update = payload as BaileysEventMap['connection.update']
    if (update.connection === 'close' && closeCode(update) === 515) this.open()
  }
}

function closeCode(update: BaileysEventMap['connection.update']): number | undefined {
  const error = update.lastDisconnect?.error as { output?: { statusCode?: number } } | undefined
  return error?.output?.statusCode
}

export function textOf(message: proto.IWebMessageInfo): string | undefined {
  return message.message?.conversation ?? message.message?.extendedTextMessage?.text ?? undefined
}
