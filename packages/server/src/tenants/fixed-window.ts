import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'

export interface WindowState {
  readonly allowed: boolean
  readonly remaining: number
  /** When the window ends and everything may be used again, by the clock that was given. */
  readonly endsAt: number
}

interface Window {
  used: number
  readonly endsAt: number
}

/** Counts uses of each name within windows of a fixed length, the first use beginning one. The least recently seen names are forgotten first.
 *  Give it a monotonic clock: one that is set back would lengthen a window. */
export class FixedWindow<Name extends string | number> {
  readonly #lengthMs: number
  readonly #now: () => number
  readonly #windows: LRUCache<Name, Window>

  constructor(lengthMs: number, now: () => number, maxNames = 100_000) {
    this.#lengthMs = lengthMs
    this.#now = now
    this.#windows = new LRUCache({ ...atMost(maxNames) })
  }

  /** Uses one of `limit`; a use that is not allowed is not counted. */
  take(name: Name, limit: number): WindowState {
    const window = this.#current(name)
    const allowed = window.used < limit
    if (allowed) window.used += 1
    return { allowed, remaining: Math.max(0, limit - window.used), endsAt: window.endsAt }
  }

  /** The same without using anything. */
  look(name: Name, limit: number): WindowState {
    const window = this.#windows.get(name)
    const used = window && window.endsAt > this.#now() ? window.used : 0
    return { allowed: used < limit, remaining: Math.max(0, limit - used), endsAt: window?.endsAt ?? this.#now() }
  }

  #current(name: Name): Window {
    const now = this.#now()
    const known = this.#windows.get(name)
    if (known && known.endsAt > now) return known
    const window = { used: 0, endsAt: now + this.#lengthMs }
    this.#windows.set(name, window)
    return window
  }
}
