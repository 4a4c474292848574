import { url as inspectorUrl } from 'node:inspector'
import { type ResourceLimits, Worker } from 'node:worker_threads'
import type { ThreadEndCause } from '../engine.ts'
import type { Logger } from '../logger.ts'
import type { OpenOptions } from '../session.ts'
import { type Heard, type LogLevel, type OpenedSession, type OpenOrders, root, type ThreadOrders } from './orders.ts'
import { Peer, PeerLost } from './peer.ts'
import { RemoteSession } from './remote-session.ts'

/** How the threads of shards are started and watched. */
export interface ThreadSettings {
  /** Module of the thread, which calls `serveThread`. */
  readonly entry: URL
  /** Given to the one who makes the engine in the thread; what a post can copy. */
  readonly settings?: unknown
  readonly logger: Logger
  /** Lines below it stay in the thread. */
  readonly logLevel: LogLevel | 'silent'
  /** A thread that gives no sign of life for so long is ended, ms; 0: never. */
  readonly standstillMs: number
  /** The heap of one thread; Node's own limits when absent. */
  readonly resourceLimits?: ResourceLimits
  /** Gets each thread when it was started. */
  readonly started?: (worker: Worker) => void
}

const longestSignMs = 5_000
/** Looks without a sign after which a thread stands still. Looks are counted and not time: when the whole process was stopped, the thread was too. */
const silentLooks = 6

/** Before its first sign a thread loads its engine, on whatever machine that is: it may take so many times as long. */
const patienceAtStart = 10

/** How long a thread has to end by itself, ms. */
const endMs = 3_000

/** Why a thread ended that was not told to. */
export interface ThreadEnd {
  readonly cause: ThreadEndCause
  /** For people. */
  readonly words: string
  readonly error: unknown
}

/** One worker thread with an engine of its own, for as long as it lives. */
export class Thread {
  readonly sessions = new Map<number, RemoteSession>()
  readonly startedAt = performance.now()
  readonly #worker: Worker
  readonly #peer: Peer
  readonly #logger: Logger
  readonly #crashed: (end: ThreadEnd) => void
  readonly #gone = Promise.withResolvers<void>()
  readonly #watch: NodeJS.Timeout | undefined
  #silent = 0
  #runs = false
  #ending = false
  #standsStill = false
  #error: unknown
  #lastSession = 0

  /** @param crashed called when it ends without having been told to, before its sessions hear of it */
  constructor(name: string, settings: ThreadSettings, crashed: (end: ThreadEnd) => void) {
    const { standstillMs, resourceLimits, logger, logLevel } = settings
    const signMs = standstillMs > 0 ? Math.min(longestSignMs, standstillMs / silentLooks) : longestSignMs
    const workerData: ThreadOrders = { logLevel, signMs, settings: settings.settings }
    this.#logger = logger
    this.#crashed = crashed
    this.#worker = new Worker(settings.entry, { name, workerData, ...(resourceLimits && { resourceLimits }) })
    this.#peer = new Peer(this.#worker)
    this.#peer.objects.set(root, (method, args) => this.#said(method, args))
    this.#worker.on('message', (messages) => this.#peer.take(messages))
    this.#worker.on('error', (error) => {
      this.#error = error
    })
    // What cannot be read was an answer to somebody who would wait for it for ever.
    this.#worker.on('messageerror', (error) => {
      this.#error = error
      void this.#worker.terminate()
    })
    this.#worker.on('exit', (code) => void this.#exited(code))
    if (standstillMs > 0) {
      const looks = Math.round(standstillMs / signMs)
      this.#watch = setInterval(() => this.#look(looks), signMs).unref()
    }
    settings.started?.(this.#worker)
  }

  /** @throws EngineError what its engine says, or `closed` when the thread ended first */
  async open(options: OpenOptions): Promise<RemoteSession> {
    const number = ++this.#lastSession
    const { host: _host, credentials: _credentials, proxyLookup, ...rest } = options
    const session = new RemoteSession(number, this.#peer, options, () => this.#forget(number))
    this.sessions.set(number, session)
    this.#peer.objects.set(number, session.host)
    const orders: OpenOrders = { session: number, options: rest, looksUp: proxyLookup !== undefined }
    try {
      session.opened((await this.#peer.call(root, 'open', [orders])) as OpenedSession)
    } catch (error) {
      await session.lost('it could not be opened')
      this.#forget(number)
      throw error
    }
    return session
  }

  /** Releases what its engine holds and ends it, within a bound. Its sessions are closed before. */
  async end(): Promise<void> {
    this.#ending = true
    const bound = Promise.withResolvers<void>()
    const timer = setTimeout(bound.resolve, endMs)
    await Promise.race([this.#peer.call(root, 'close', []).catch(() => undefined), bound.promise])
    clearTimeout(timer)
    await this.#worker.terminate()
    await this.#gone.promise
  }

  #said(method: string, args: readonly unknown[]): void {
    this.#silent = 0
    this.#runs = true
    if (method === 'log') {
      const [level, fields, message] = args as [LogLevel, object, string]
      this.#logger[level](fields, message)
      return
    }
    for (const [number, at] of args[0] as Heard) this.sessions.get(number)?.heard(at)
  }

  /** Nobody here asks for the session any more. What its thread still asks for comes before it has forgotten it. */
  #forget(number: number): void {
    this.sessions.delete(number)
    const forgotten = () => this.#peer.objects.delete(number)
    this.#peer.call(root, 'forget', [number]).then(forgotten, forgotten)
  }

  #look(looks: number): void {
    this.#silent = inspectorUrl() === undefined ? this.#silent + 1 : 0
    const most = this.#runs ? looks : looks * patienceAtStart
    if (this.#silent <= most || this.#standsStill) return
    this.#standsStill = true
    void this.#worker.terminate()
  }

  async #exited(code: number): Promise<void> {
    clearInterval(this.#watch)
    const end = this.#endOf(code)
    this.#peer.lose(new PeerLost(end.words))
    const sessions = [...this.sessions.values()]
    if (!this.#ending) this.#crashed(end)
    this.sessions.clear()
    await Promise.all(sessions.map((session) => session.lost(end.words)))
    this.#gone.resolve()
  }

  #endOf(code: number): ThreadEnd {
    const error = this.#error
    const end = (cause: ThreadEndCause, why: string) => ({
      cause,
      words: `the thread of the session ended: ${why}`,
      error,
    })
    if (this.#standsStill) return end('standstill', 'it stood still')
    if (error === undefined) return end('exit', `exit code ${code}`)
    const { code: reason } = error as NodeJS.ErrnoException
    return reason === 'ERR_WORKER_OUT_OF_MEMORY' ? end('memory', 'no memory') : end('error', 'a fault in it')
  }
}
