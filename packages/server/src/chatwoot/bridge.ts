import { Bell } from '../bell.ts'
import { AppError } from '../errors/app-error.ts'
import type { BridgeParts, Settings } from './bridge-parts.ts'
import { CarryEvents } from './carry.ts'
import { ChatwootError } from './chatwoot-error.ts'
import { optionsFrom, pausedByOwner } from './options.ts'
import { ToChatwoot } from './to-chatwoot.ts'
import { ToWhatsApp } from './to-whatsapp.ts'

/** Waits after the first, second, … failure in a row, ms; the last one repeats. */
const waitsMs = [500, 1_000, 2_000, 5_000, 15_000, 30_000, 60_000]
/** A bridge that sleeps looks so often whether it is still there. */
const lookMs = 10 * 60_000

/** One direction of a bridge: works while there is something to do, and sleeps until it is woken. */
class Worker {
  readonly bell = new Bell()
  /** Failures in a row. */
  failures = 0
  running: Promise<void> = Promise.resolve()
}

/** The bridge of one device, while it runs. Chatwoot being away holds up nobody else. */
export class Bridge {
  readonly #parts: BridgeParts
  readonly #deviceId: string
  readonly #carry: CarryEvents
  readonly #toChatwoot: ToChatwoot
  readonly #toWhatsApp: ToWhatsApp
  readonly #stop = new AbortController()
  readonly #reading = new Worker()
  readonly #sending = new Worker()
  readonly #ended: () => void
  #unsubscribe: () => void = () => {}

  /** @param ended called when there is no bridge any more */
  constructor(parts: BridgeParts, deviceId: string, ended: () => void) {
    this.#parts = parts
    this.#deviceId = deviceId
    this.#ended = ended
    this.#carry = new CarryEvents(parts, deviceId)
    this.#toChatwoot = new ToChatwoot(parts, this.#carry)
    this.#toWhatsApp = new ToWhatsApp(parts, this.#carry.contacts)
  }

  /** Up to here the log has been carried over. */
  get readTo(): number {
    return this.#toChatwoot.readTo
  }

  /** What went wrong is why it waits. */
  get isWaiting(): boolean {
    return this.#reading.failures > 0 || this.#sending.failures > 0
  }

  start(): void {
    this.#unsubscribe = this.#parts.eventLog.subscribe(this.#deviceId, this.#reading.bell.ring)
    this.#run(this.#reading, (settings) => this.#read(settings))
    this.#run(this.#sending, (settings) => this.#send(settings))
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#unsubscribe()
    this.wake()
    await Promise.all([this.#reading.running, this.#sending.running])
  }

  /** Something changed: it looks at once, whatever it waits for. */
  wake(): void {
    for (const worker of [this.#reading, this.#sending]) {
      worker.failures = 0
      worker.bell.ring()
    }
  }

  /** An agent did something. Chatwoot is there, then. */
  sent(): void {
    this.#sending.bell.ring()
    if (this.#reading.failures > 0) this.wake()
  }

  conversationChanged(conversationId: number): void {
    this.#carry.conversations.changed(conversationId)
  }

  async #read(settings: Settings): Promise<number | undefined> {
    if (settings.bridge.paused !== null) return undefined
    return (await this.#toChatwoot.step(settings, this.#stop.signal)) ? undefined : 0
  }

  async #send(settings: Settings): Promise<number | undefined> {
    return settings.bridge.paused === pausedByOwner ? undefined : this.#toWhatsApp.step(settings)
  }

  #run(worker: Worker, step: (settings: Settings) => Promise<number | undefined>): void {
    const loop = async () => {
      while (!this.#stop.signal.aborted) {
        const wait = await this.#turn(worker, step)
        if (wait === 'gone') return
        if (!this.#stop.signal.aborted && wait !== 0) await worker.bell.next(wait ?? lookMs)
      }
    }
    worker.running = loop()
  }

  /** @returns how long to wait unless it is woken, ms; undefined for as long as nothing happens */
  async #turn(
    worker: Worker,
    step: (settings: Settings) => Promise<number | undefined>,
  ): Promise<number | undefined | 'gone'> {
    let settings: Settings | undefined
    try {
      settings = await this.#settings()
      if (!settings) {
        this.#unsubscribe()
        this.#ended()
        return 'gone'
      }
      const wait = await step(settings)
      worker.failures = 0
      return wait
    } catch (error) {
      if (this.#stop.signal.aborted) return 0
      // It was removed, or leads elsewhere, while it worked.
      if (error instanceof AppError && error.code === 'chatwoot_not_found') return 0
      return this.#failed(worker, settings, error)
    }
  }

  async #settings(): Promise<Settings | undefined> {
    const bridge = await this.#parts.store.bridge(this.#deviceId)
    return bridge && { bridge, client: await this.#parts.clientOf(bridge), options: optionsFrom(bridge.options) }
  }

  async #failed(worker: Worker, settings: Settings | undefined, error: unknown): Promise<number | undefined> {
    const { logger } = this.#parts
    worker.failures++
    const wait = waitsMs[Math.min(worker.failures, waitsMs.length) - 1]!
    if (!(error instanceof ChatwootError && settings)) {
      logger.error({ device: this.#deviceId, err: error }, 'the bridge to Chatwoot failed; it is tried again')
      return wait
    }
    const reason = error.fault === 'away' ? undefined : await this.#whyNot(settings)
    await this.#note(error, reason).catch((err: unknown) =>
      logger.error({ err }, 'the state of a bridge is not stored'),
    )
    if (reason !== undefined) {
      logger.warn({ device: this.#deviceId, reason }, 'the bridge to Chatwoot is paused')
      return undefined
    }
    return Math.max(wait, error.retryAfterMs ?? 0)
  }

  /** Why nothing can go well any more; undefined when that was about one thing alone. */
  async #whyNot({ client, bridge }: Settings): Promise<string | undefined> {
    try {
      await client.inbox(bridge.inboxId)
      return undefined
    } catch (error) {
      const fault = error instanceof ChatwootError ? error.fault : 'away'
      if (fault === 'refused') return 'token_refused'
      return fault === 'missing' ? 'inbox_not_found' : undefined
    }
  }

  async #note(error: ChatwootError, paused: string | undefined): Promise<void> {
    const { store, clock } = this.#parts
    await store.change(this.#deviceId, { lastError: error.message, ...(paused && { paused }) }, clock.now())
  }
}
