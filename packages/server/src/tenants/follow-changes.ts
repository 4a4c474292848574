import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { type Change, type ChangeStore, latestMs } from '../storage/change-store.ts'

/** How often it is looked by itself. */
const everyMs = 500
/** A node that has seen no changes for so long lets nobody in: tokens that were revoked elsewhere must not count without end. */
const mostMs = 10_000
/** Shortest time between two looks that requests ask for. */
const pauseMs = 50

interface FollowParts {
  readonly store: Pick<ChangeStore, 'recent'>
  /** Reads something again that was changed. */
  readonly apply: (change: Change) => Promise<void>
  /** Reads everything again. */
  readonly applyAll: () => Promise<void>
  readonly log: Logger
  /** Monotonic, ms. */
  readonly now: () => number
}

/** Keeps what a node has in memory of who may call like what is in the database, whatever node changes it. */
export class FollowChanges {
  readonly #parts: FollowParts
  /** Changes that were applied, and when. */
  readonly #seen = new Map<number, number>()
  #heardAt: number
  /** How often something was new. */
  #news = 0
  #looking: Promise<void> | undefined
  #next: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(parts: FollowParts) {
    this.#parts = parts
    this.#heardAt = parts.now()
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look()
    }, everyMs).unref()
  }

  /** Looks after this moment. Whoever is not known here may have been made elsewhere just now. @returns whether anything was new since it was asked */
  async refresh(): Promise<boolean> {
    const known = this.#news
    this.#next ??= this.#lookSoon()
    await this.#next
    return this.#news !== known
  }

  async #lookSoon(): Promise<void> {
    await this.#looking
    const since = this.#parts.now() - this.#heardAt
    if (since < pauseMs) await sleep(pauseMs - since)
    this.#next = undefined
    // One that began by itself may have begun before the last of those who wait here.
    await this.#looking
    this.#looking ??= this.#look()
    await this.#looking
  }

  /** @throws AppError not_ready when this node may not know what was revoked elsewhere */
  check(): void {
    if (this.#parts.now() - this.#heardAt <= mostMs) return
    throw new AppError('not_ready', 'This gateway cannot see who may call', { retryAfterSeconds: 2 })
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { now, log } = this.#parts
    try {
      const begun = now()
      // After that, some may have come and gone unseen.
      const missed = begun - this.#heardAt > latestMs / 2
      if (await this.#applyNew(begun, missed)) this.#news++
      this.#heardAt = begun
    } catch (err) {
      log.warn({ err }, 'changes of other gateways could not be read')
    } finally {
      this.#looking = undefined
    }
  }

  async #applyNew(at: number, missed: boolean): Promise<boolean> {
    const { store, apply, applyAll } = this.#parts
    const fresh = (await store.recent()).filter(({ id }) => !this.#seen.has(id))
    if (missed) await applyAll()
    else {
      const once = new Map(fresh.map((change) => [`${change.kind} ${change.target}`, change]))
      for (const change of once.values()) await apply(change)
    }
    for (const { id } of fresh) this.#seen.set(id, at)
    for (const [id, seenAt] of this.#seen) if (at - seenAt > 2 * latestMs) this.#seen.delete(id)
    return missed || fresh.length > 0
  }
}
