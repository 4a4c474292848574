import type { WorldLog } from './world-log.ts'

/** A stanza that no handler knew. */
export interface Unhandled {
  /** `xmlns/type/child` of an iq, or the tag of another stanza. */
  readonly what: string
  readonly count: number
  /** Device that sent the latest one. */
  readonly device: string
}

/** A client that makes names up must not fill the memory with them. */
const mostKinds = 1000
const longestName = 200

/** Nothing is silently ignored: whatever the server could not answer is counted here. Tests end with it empty. */
export class UnhandledLog {
  readonly #log: WorldLog
  readonly #entries = new Map<string, { count: number; device: string }>()

  constructor(log: WorldLog) {
    this.#log = log
  }

  get size(): number {
    return this.#entries.size
  }

  record(made: string, device: string): void {
    const what = made.slice(0, longestName)
    const name = this.#entries.size < mostKinds || this.#entries.has(what) ? what : 'others'
    const known = this.#entries.get(name)
    this.#entries.set(name, { count: (known?.count ?? 0) + 1, device })
    this.#log.append('unhandled', { what, device })
  }

  list(): Unhandled[] {
    return [...this.#entries].map(([what, entry]) => ({ what, ...entry }))
  }

  clear(): void {
    this.#entries.clear()
  }

  snapshot(): Unhandled[] {
    return this.list()
  }

  restore(entries: readonly Unhandled[]): void {
    for (const { what, count, device } of entries) this.#entries.set(what, { count, device })
  }
}
