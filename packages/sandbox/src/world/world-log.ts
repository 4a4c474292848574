import type { WorldClock } from './world-clock.ts'

/** How long waits last unless told otherwise, ms: what comes usually comes at once, and a busy machine must not decide. */
export const patienceMs = 30_000

/** Something that happened in the world. Types used by the server side are listed in docs/reference (world events). */
export interface WorldEvent {
  /** Counts up from 1 without gaps. */
  readonly cursor: number
  /** World time, ms. */
  readonly at: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What happened, in order. Tests wait on it instead of sleeping. Holds the newest `capacity` events. */
export class WorldLog {
  readonly #clock: WorldClock
  readonly #capacity: number
  #events: WorldEvent[] = []
  #dropped = 0
  readonly #listeners = new Set<(event: WorldEvent) => void>()

  constructor(clock: WorldClock, capacity = 20_000) {
    this.#clock = clock
    this.#capacity = capacity
  }

  /** Cursor of the newest event; 0 when nothing happened yet. */
  get cursor(): number {
    return this.#dropped + this.#events.length
  }

  append(type: string, data: Readonly<Record<string, unknown>> = {}): number {
    const event: WorldEvent = { cursor: this.cursor + 1, at: this.#clock.now(), type, data }
    this.#events.push(event)
    if (this.#events.length > this.#capacity * 2) this.#trim()
    if (this.#listeners.size > 0) for (const listener of [...this.#listeners]) listener(event)
    return event.cursor
  }

  /** Events after that cursor, oldest first; all that are held, unless `most` bounds them. */
  since(cursor = 0, most = Number.POSITIVE_INFINITY): WorldEvent[] {
    const from = Math.max(0, cursor - this.#dropped)
    return this.#events.slice(from, from + most)
  }

  /** Calls `listener` for every further event, until the returned function is called. */
  subscribe(listener: (event: WorldEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves with the first event that satisfies the predicate, among those after `after` (default: all still held) and those to come.
   *  Rejects after `timeoutMs` of real time, naming the newest events. */
  until(predicate: (event: WorldEvent) => boolean, timeoutMs = patienceMs, after = 0): Promise<WorldEvent> {
    const past = this.since(after).find(predicate)
    if (past) return Promise.resolve(past)
    return new Promise((resolve, reject) => {
      const stop = this.subscribe((event) => {
        if (!predicate(event)) return
        clearTimeout(timer)
        stop()
        resolve(event)
      })
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`nothing matched within ${timeoutMs} ms; last events: ${this.#tail()}`))
      }, timeoutMs)
    })
  }

  #trim(): void {
    const excess = this.#events.length - this.#capacity
    this.#dropped += excess
    this.#events = this.#events.slice(excess)
  }

  #tail(): string {
    return this.#events
      .slice(-8)
      .map((event) => event.type)
      .join(', ')
  }
}
