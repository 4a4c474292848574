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
  /** How much of it others know of. */
  told: number
  readonly endsAt: number
}

/** What was used of a name and nobody else knows of. */
export interface Untold<Name> {
  readonly name: Name
  readonly used: number
  readonly endsAt: number
}

/** Counts uses of each name within windows of a fixed length, the first use beginning one. The least recently seen names are forgotten first.
 *  Give it a monotonic clock: one that is set back would lengthen a window. */
export class FixedWindow<Name extends string | number> {
  readonly #lengthMs: number
  readonly #now: () => number
  readonly #windows: LRUCache<Name, Window>
  readonly #changed = new Set<Name>()

  constructor(lengthMs: number, now: () => number, maxNames = 100_000) {
    this.#lengthMs = lengthMs
    this.#now = now
    this.#windows = new LRUCache({ ...atMost(maxNames), dispose: (_window, name) => this.#changed.delete(name) })
  }

  /** Uses one of `limit`; a use that is not allowed is not counted. */
  take(name: Name, limit: number): WindowState {
    const window = this.#current(name)
    const allowed = window.used < limit
    if (allowed) {
      window.used += 1
      this.#changed.add(name)
    }
    return { allowed, remaining: Math.max(0, limit - window.used), endsAt: window.endsAt }
  }

  /** The same without using anything. */
  look(name: Name, limit: number): WindowState {
    const window = this.#windows.get(name)
    const used = window && window.endsAt > this.#now() ? window.used : 0
    return { allowed: used < limit, remaining: Math.max(0, limit - used), endsAt: window?.endsAt ?? this.#now() }
  }

  /** What was used since this was asked the last time. */
  untold(most: number): Untold<Name>[] {
    const untold: Untold<Name>[] = []
    for (const name of this.#changed) {
      if (untold.length === most) break
      this.#changed.delete(name)
      const window = this.#windows.peek(name)
      if (!window || window.endsAt <= this.#now() || window.used === window.told) continue
      untold.push({ name, used: window.used - window.told, endsAt: window.endsAt })
      window.told = window.used
    }
    return untold
  }

  /** The others do not know of it after all. */
  notTold({ name, used, endsAt }: Untold<Name>): void {
    const window = this.#windows.peek(name)
    if (window?.endsAt !== endsAt) return
    window.told -= used
    this.#changed.add(name)
  }

  /** Learns what all have used of a name, with what this one has said of it, and when that window ends. */
  learn(name: Name, used: number, endsAt: number): void {
    const window = this.#windows.peek(name)
    if (!window) return
    const since = window.used - window.told
    this.#windows.set(name, { used: used + since, told: used, endsAt })
    if (since > 0) this.#changed.add(name)
  }

  #current(name: Name): Window {
    const now = this.#now()
    const known = this.#windows.get(name)
    if (known && known.endsAt > now) return known
    const window = { used: 0, told: 0, endsAt: now + this.#lengthMs }
    this.#windows.set(name, window)
    return window
  }
}
