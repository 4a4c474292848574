import type { GroupInfo } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Clock } from '../clock.ts'

interface Kept {
  readonly groups: Promise<readonly GroupInfo[]>
  readonly askedAt: number
}

/** Lists of groups by device, so that asking again is cheap. A change of any group forgets the list. */
export class GroupLists {
  readonly #clock: Clock
  /** 0: nothing is kept. */
  readonly #keepMs: number
  readonly #kept = new LRUCache<string, Kept>({ ...atMost(2_000) })

  constructor({ clock, keepMs }: { readonly clock: Clock; readonly keepMs: number }) {
    this.#clock = clock
    this.#keepMs = keepMs
  }

  /** Who asks while an answer is under way gets the same. What is asked for after a change never answers with what was before it. */
  get(deviceId: string, ask: () => Promise<readonly GroupInfo[]>, { fresh }: { readonly fresh: boolean }) {
    const kept = this.#kept.get(deviceId)
    if (kept && !fresh && this.#clock.monotonic() - kept.askedAt < this.#keepMs) return kept.groups
    const groups = ask().then((found) => found.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0)))
    const entry = { groups, askedAt: this.#clock.monotonic() }
    if (this.#keepMs > 0) this.#kept.set(deviceId, entry)
    groups.catch(() => this.#kept.get(deviceId) === entry && this.forget(deviceId))
    return groups
  }

  forget(deviceId: string): void {
    this.#kept.delete(deviceId)
  }
}
