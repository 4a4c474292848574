import { setImmediate } from 'node:timers/promises'
import type { StatementResult } from './database.ts'

export type UnitOutcome =
  | { readonly results: readonly StatementResult[] }
  /** This unit alone failed; nothing of it was applied. */
  | { readonly error: Error }

/** Applies units in one transaction, in order, and resolves with one outcome each. Rejects when the transaction as a whole failed. */
export type ApplyUnits<Unit> = (units: readonly Unit[]) => Promise<readonly UnitOutcome[]>

interface Waiting<Unit> {
  readonly unit: Unit
  readonly resolve: (results: readonly StatementResult[]) => void
  readonly reject: (error: unknown) => void
}

const maxUnitsPerTransaction = 512

/** Shares transactions between units without making any wait on purpose: those of one turn of the event loop go together, and while one transaction is on
 *  its way to the disk, later units gather for the next. */
export class GroupCommit<Unit> {
  readonly #apply: ApplyUnits<Unit>
  #waiting: Waiting<Unit>[] = []
  #running: Promise<void> | undefined
  /** Settles when the unit that was handed over last is applied or refused. */
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(apply: ApplyUnits<Unit>) {
    this.#apply = apply
  }

  /** Units that wait for a transaction to begin. */
  get waiting(): number {
    return this.#waiting.length
  }

  submit(unit: Unit): Promise<readonly StatementResult[]> {
    if (this.#closed) return Promise.reject(new Error('The database is closed'))
    const results = new Promise<readonly StatementResult[]>((resolve, reject) => {
      this.#waiting.push({ unit, resolve, reject })
      this.#running ??= this.#drain()
    })
    this.#last = results
    return results
  }

  /** Resolves when the units that were handed over so far are applied or refused. */
  async settled(): Promise<void> {
    if (this.#running) await this.#last.catch(() => {})
  }

  /** Takes no more units and resolves when those taken are settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What this turn of the event loop still hands over shares the transaction: a send and its ratchet, the next steps of what was just committed.
      await setImmediate()
      const batch = this.#waiting.splice(0, maxUnitsPerTransaction)
      await this.#commit(batch)
    }
    this.#running = undefined
  }

  async #commit(batch: readonly Waiting<Unit>[]): Promise<void> {
    try {
      const outcomes = await this.#apply(batch.map(({ unit }) => unit))
      for (const [place, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[place]
        if (outcome && 'results' in outcome) resolve(outcome.results)
        else reject(outcome?.error ?? new Error('The transaction gave no outcome'))
      }
    } catch (error) {
      // It may have failed without any wait, and the caller may try again at once: the event loop gets its turn in between.
      await setImmediate()
      for (const { reject } of batch) reject(error)
    }
  }
}
