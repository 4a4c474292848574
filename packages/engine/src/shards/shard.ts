import { EngineError } from '../errors.ts'
import type { OpenOptions, Session } from '../session.ts'
import { Thread, type ThreadEnd, type ThreadSettings } from './thread.ts'

/** A thread that has lived for so long did not crash because of how it began, ms. */
const calmMs = 60_000
const firstRestMs = 1_000
const longestRestMs = 60_000

/** How long a shard rests after its thread crashed so many times in a row, each soon after its start. The first time, its devices come back at once. Pure. */
export const restMs = (crashes: number): number =>
  crashes <= 1 ? 0 : Math.min(longestRestMs, firstRestMs * 2 ** (crashes - 2))

/** A place for devices: one thread at a time, started when it is needed and again after a crash. */
export class Shard {
  readonly #name: string
  readonly #settings: ThreadSettings
  readonly #ended: (end: ThreadEnd) => void
  #thread: Thread | undefined
  #crashes = 0
  #restsUntil = 0
  /** Devices that were here when a thread crashed. They come back to this place: what one of them may have done to it is not to reach the others. */
  #marked = new Set<string>()

  constructor(number: number, settings: ThreadSettings, ended: (end: ThreadEnd) => void) {
    this.#name = `engine ${number}`
    this.#settings = settings
    this.#ended = ended
  }

  /** Sessions that live here. */
  get load(): number {
    return this.#thread?.sessions.size ?? 0
  }

  get runs(): boolean {
    return this.#thread !== undefined
  }

  /** Since the last crash for too short a time. */
  get rests(): boolean {
    return performance.now() < this.#restsUntil
  }

  keeps(deviceId: string): boolean {
    const calm = this.#thread !== undefined && performance.now() - this.#thread.startedAt > calmMs
    if (calm) this.#marked.clear()
    return this.#marked.has(deviceId)
  }

  /** @throws EngineError `closed` while it rests, or when the thread ended before it answered */
  open(options: OpenOptions): Promise<Session> {
    if (!this.#thread) {
      if (this.rests) {
        throw new EngineError(
          'closed',
          'the thread of this device crashed several times and is started again in a while',
        )
      }
      this.#thread = new Thread(this.#name, this.#settings, (end) => this.#crashed(end))
    }
    return this.#thread.open(options)
  }

  async end(): Promise<void> {
    await this.#thread?.end()
    this.#thread = undefined
  }

  #crashed(end: ThreadEnd): void {
    const thread = this.#thread
    this.#thread = undefined
    if (!thread) return
    const livedMs = performance.now() - thread.startedAt
    this.#crashes = livedMs > calmMs ? 1 : this.#crashes + 1
    const rest = restMs(this.#crashes)
    this.#restsUntil = performance.now() + rest
    for (const { deviceId } of thread.sessions.values()) this.#marked.add(deviceId)
    const { cause, words, error } = end
    const fields = {
      thread: this.#name,
      cause,
      sessions: thread.sessions.size,
      livedMs: Math.round(livedMs),
      restMs: rest,
    }
    this.#settings.logger.error(
      { ...fields, ...(error !== undefined && { err: error }) },
      `${words.replace('the session', 'some sessions')}; they connect again`,
    )
    this.#ended(end)
  }
}
