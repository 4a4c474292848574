import { AppError } from '../errors/app-error.ts'
import type { EventRecord } from '../eventlog/event-log.ts'
import type { Progress } from '../storage/chatwoot-store.ts'
import type { BridgeParts, Settings } from './bridge-parts.ts'
import type { CarryEvents } from './carry.ts'
import { ChatwootError } from './chatwoot-error.ts'

const eventsAtOnce = 50
const chatsAtOnce = 4
/** How often an event is tried that fails for a reason of its own. */
const mostAttempts = 3
/** Events that concern Chatwoot are rare on some devices: how far the reader came is stored after so many others. */
const eventsBetweenNotes = 500

/** Reads the log of a device and carries it over, in order for each chat. */
export class ToChatwoot {
  readonly #parts: BridgeParts
  readonly #carry: CarryEvents
  /** Events behind the stored position that are done. */
  readonly #done = new Set<number>()
  readonly #attempts = new Map<number, number>()
  #readTo = 0

  constructor(parts: BridgeParts, carry: CarryEvents) {
    this.#parts = parts
    this.#carry = carry
  }

  /** Up to here everything is carried over, as far as this process knows. */
  get readTo(): number {
    return this.#readTo
  }

  /** Carries over what follows. @returns whether there is nothing more. @throws ChatwootError of the faults `away` and `refused`; what is done by then stays done */
  async step(settings: Settings, signal: AbortSignal): Promise<boolean> {
    const { eventLog } = this.#parts
    const { bridge } = settings
    const after = Math.max(this.#readTo, bridge.position)
    const page = await eventLog.read(bridge.deviceId, { after, types: this.#carry.types, limit: eventsAtOnce })
    const news: { -readonly [Name in keyof Progress]: Progress[Name] } = { toChatwoot: 0, failed: 0 }
    try {
      await this.#all(settings, page.events, news, signal)
      this.#readTo = page.readTo
      news.position = page.readTo
      this.#done.clear()
      this.#attempts.clear()
    } finally {
      const isWorth = page.events.length > 0 || page.readTo - bridge.position >= eventsBetweenNotes
      if (isWorth) await this.#note(settings, news)
    }
    return page.isLast
  }

  async #note({ bridge }: Settings, news: Progress): Promise<void> {
    const { database, store, clock } = this.#parts
    await database.commit([store.progress(bridge, news, clock.now())], { lane: bridge.deviceId })
  }

  async #all(
    settings: Settings,
    events: readonly EventRecord[],
    news: { toChatwoot?: number; failed?: number; error?: string | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const lanes = [...Map.groupBy(events, (event) => this.#carry.laneOf(event)).values()]
    let failure: { readonly error: unknown } | undefined
    const worker = async () => {
      for (let lane = lanes.shift(); lane && !failure; lane = lanes.shift()) {
        for (const event of lane) {
          if (failure || this.#done.has(event.seq)) continue
          try {
            signal.throwIfAborted()
            if (await this.#carry.carry(settings, event, signal)) news.toChatwoot = (news.toChatwoot ?? 0) + 1
          } catch (error) {
            if (!this.#isGivenUp(event, error)) {
              failure = { error }
              break
            }
            news.failed = (news.failed ?? 0) + 1
            news.error = `${event.type} ${event.id}: ${(error as Error).message}`
            this.#parts.logger.warn(
              { device: settings.bridge.deviceId, event: event.id, err: error },
              'an event could not be carried over to Chatwoot',
            )
          }
          this.#done.add(event.seq)
        }
      }
    }
    await Promise.all(Array.from({ length: chatsAtOnce }, worker))
    if (failure) throw failure.error
  }

  /** What Chatwoot will never take must not keep the rest. */
  #isGivenUp({ seq }: EventRecord, error: unknown): boolean {
    if (error instanceof AppError && error.code === 'chatwoot_not_found') return false
    if (error instanceof ChatwootError) {
      if (error.fault === 'invalid') return true
      if (error.fault === 'away') return false
    }
    const attempts = (this.#attempts.get(seq) ?? 0) + 1
    this.#attempts.set(seq, attempts)
    return attempts >= mostAttempts
  }
}
