import makeWASocket, {
  type AuthenticationState,
  type BaileysEventMap,
  type ConnectionState,
  initAuthCreds,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  WA_CERT_DETAILS,
} from 'baileys-stock'
import type { World } from '../../world/world.ts'

type Logger = NonNullable<Parameters<typeof makeWASocket>[0]['logger']>

const quiet = {
  level: 'silent',
  child: () => quiet,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
} as unknown as Logger

/** baileys never clears some of its deadlines (prekey upload, queries; socket.js): they must not hold a test process that is done. */
const longMs = 3000
const { setTimeout: realSetTimeout } = globalThis
globalThis.setTimeout = Object.assign((task: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
  const timer = realSetTimeout(task, ms, ...args)
  if ((ms ?? 0) >= longMs) timer.unref()
  return timer
}, realSetTimeout) as typeof setTimeout

/** An unmodified npm baileys, connected to a world: the foreign judge of the server side. */
export class StockClient {
  readonly state: AuthenticationState
  readonly #url: string
  readonly #browser: [string, string, string]
  /** Everything baileys emitted, in order. */
  readonly events: { name: string; data: unknown }[] = []
  readonly #waiters = new Set<() => void>()
  socket: ReturnType<typeof makeWASocket> | undefined

  constructor(world: World, url: string, browser: [string, string, string] = ['Mac OS', 'Chrome', '14.4.1']) {
    this.state = { creds: initAuthCreds(), keys: memoryKeyStore() }
    this.#url = url
    this.#browser = browser
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(world.keys.noiseRoot.publicKey)
  }

  connect(): void {
    const socket = makeWASocket({
      auth: this.state,
      waWebSocketUrl: this.#url,
      logger: quiet,
      browser: this.#browser,
      markOnlineOnConnect: true,
      // A bare phone sends no history; without this baileys holds its events back for 20 s waiting for it.
      shouldSyncHistoryMessage: () => false,
      connectTimeoutMs: 60_000,
      defaultQueryTimeoutMs: 60_000,
      version: [2, 3000, 1],
    })
    this.socket = socket
    const record = (name: keyof BaileysEventMap) => socket.ev.on(name, (data: unknown) => this.#record(name, data))
    for (const name of [
      'connection.update',
      'messages.upsert',
      'messages.update',
      'message-receipt.update',
      'presence.update',
      'chats.update',
      'messaging-history.set',
    ] as const) {
      record(name)
    }
    socket.ev.on('creds.update', (update) => Object.assign(this.state.creds, update))
  }

  /** The first event of that name whose data satisfies the predicate, past or to come. */
  async until<T = unknown>(name: string, predicate: (data: T) => boolean, timeoutMs = 60_000): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs)
    for (;;) {
      const found = this.events.find((event) => event.name === name && predicate(event.data as T))
      if (found) return found.data as T
      await new Promise<void>((resolve, reject) => {
        const wake = () => {
          this.#waiters.delete(wake)
          resolve()
        }
        this.#waiters.add(wake)
        deadline.addEventListener(
          'abort',
          () => reject(new Error(`no ${name}; saw ${this.events.map((event) => event.name).join(', ')}`)),
          { once: true },
        )
      })
    }
  }

  connection(predicate: (update: Partial<ConnectionState>) => boolean): Promise<Partial<ConnectionState>> {
    return this.until('connection.update', predicate)
  }

  /** The QR text that a phone would scan. */
  async qr(): Promise<string> {
    return (await this.connection((update) => update.qr !== undefined)).qr!
  }

  /** Connects again after the restart that ends a pairing, and waits until baileys calls the connection open. */
  async reopen(): Promise<void> {
    this.events.length = 0
    this.connect()
    await this.connection((update) => update.connection === 'open')
  }

  close(): void {
    this.socket?.end(undefined)
  }

  #record(name: string, data: unknown): void {
    this.events.push({ name, data })
    for (const wake of [...this.#waiters]) wake()
  }
}

function memoryKeyStore(): SignalKeyStore {
  const values = new Map<string, unknown>()
  return {
    async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
      const found: Record<string, SignalDataTypeMap[T]> = {}
      for (const id of ids) {
        const value = values.get(`${type}/${id}`)
        if (value !== undefined) found[id] = value as SignalDataTypeMap[T]
      }
      return found
    },
    async set(data: SignalDataSet) {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries ?? {})) {
          if (value) values.set(`${type}/${id}`, value)
          else values.delete(`${type}/${id}`)
        }
      }
    },
  }
}

/** The status with which baileys explains a closed connection. */
export function statusOf(update: Partial<ConnectionState>): number | undefined {
  const error = update.lastDisconnect?.error as { output?: { statusCode?: number } } | undefined
  return error?.output?.statusCode
}
