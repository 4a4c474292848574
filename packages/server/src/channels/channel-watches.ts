import { EngineError } from '@switchboard/engine'
import { OneByOne } from '../one-by-one.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ChannelWatchStore } from '../storage/channel-watch-store.ts'
import type { Database } from '../storage/database.ts'

/** What is asked for again at most, of a device. */
const mostWatched = 100
/** A part of the time that WhatsApp gives: asking again comes before it has passed. */
const renewAfterShare = 0.8
const shortestMs = 1_000
const pauseAfterFailureMs = 60_000

interface WatchParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'require' | 'status'>
  readonly clock: { now(): number }
  readonly onError: (deviceId: string, error: unknown) => void
}

/** Channels with live counts, for as long as somebody wants them and not only for the minutes that WhatsApp gives. */
export class ChannelWatches {
  readonly #parts: WatchParts
  readonly #store: ChannelWatchStore
  readonly #timers = new Map<string, NodeJS.Timeout>()
  /** What is ended while WhatsApp is asked is not asked for again. */
  readonly #turns = new OneByOne()
  #stopped = false

  constructor(parts: WatchParts) {
    this.#parts = parts
    this.#store = new ChannelWatchStore(parts.database)
  }

  /** From now on, also after the connection was lost and the gateway restarted. @returns seconds that WhatsApp gives now
   *  @throws AppError device_not_connected; EngineError `refused` for a channel that cannot be watched */
  begin(deviceId: string, channel: string): Promise<number> {
    return this.#turns.run(nameOf(deviceId, channel), async () => {
      const seconds = await this.#ask(deviceId, channel)
      await this.#store.add(deviceId, channel, this.#parts.clock.now())
      this.#renewAfter(deviceId, channel, seconds)
      return seconds
    })
  }

  end(deviceId: string, channel: string): Promise<void> {
    return this.#turns.run(nameOf(deviceId, channel), () => this.#forget(deviceId, channel))
  }

  /** A session opened: WhatsApp has forgotten what it was asked. */
  opened(deviceId: string): void {
    this.#resume(deviceId).catch((error) => this.#parts.onError(deviceId, error))
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  async #resume(deviceId: string): Promise<void> {
    for (const channel of await this.#store.list(deviceId, mostWatched)) await this.#renew(deviceId, channel)
  }

  async #forget(deviceId: string, channel: string): Promise<void> {
    this.#clear(deviceId, channel)
    await this.#store.remove(deviceId, channel)
  }

  #ask(deviceId: string, channel: string): Promise<number> {
    return this.#parts.sessions.require(deviceId).use('channels').live(channel)
  }

  /** What WhatsApp refuses is wanted no more: the channel is gone. While there is no connection, the next one asks again. */
  #renew(deviceId: string, channel: string): Promise<void> {
    return this.#turns.run(nameOf(deviceId, channel), async () => {
      if (!(await this.#store.has(deviceId, channel))) return
      try {
        this.#renewAfter(deviceId, channel, await this.#ask(deviceId, channel))
      } catch (error) {
        if (error instanceof EngineError && error.code === 'refused') return this.#forget(deviceId, channel)
        if (this.#parts.sessions.status(deviceId).connected) this.#arm(deviceId, channel, pauseAfterFailureMs)
      }
    })
  }

  #renewAfter(deviceId: string, channel: string, seconds: number): void {
    this.#arm(deviceId, channel, Math.max(shortestMs, seconds * 1000 * renewAfterShare))
  }

  #arm(deviceId: string, channel: string, ms: number): void {
    this.#clear(deviceId, channel)
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#renew(deviceId, channel).catch((error) => this.#parts.onError(deviceId, error))
    }, ms).unref()
    this.#timers.set(nameOf(deviceId, channel), timer)
  }

  #clear(deviceId: string, channel: string): void {
    clearTimeout(this.#timers.get(nameOf(deviceId, channel)))
    this.#timers.delete(nameOf(deviceId, channel))
  }
}

const nameOf = (deviceId: string, channel: string): string => `${deviceId} ${channel}`
