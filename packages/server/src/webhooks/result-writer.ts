import type { Database, Statement } from '../storage/database.ts'

interface Waiting {
  readonly unit: readonly Statement[]
  readonly settle: (saved: Promise<unknown>) => void
}

const mostWaiting = 256

/** Lets results wait for each other a moment, so that they share a transaction and its trip to the disk. What is lost by a crash in that moment is
 *  delivered again under the same event id. */
export class ResultWriter {
  readonly #database: Database
  readonly #delayMs: number
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(database: Database, delayMs: number) {
    this.#database = database
    this.#delayMs = delayMs
  }

  /** Resolves when the unit is on disk. */
  save(unit: readonly Statement[]): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.#waiting.push({ unit, settle: resolve })
    if (this.#waiting.length >= mostWaiting) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), this.#delayMs)
    return promise
  }

  /** Writes what waits now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const { unit, settle } of this.#waiting.splice(0)) settle(this.#database.commit(unit))
  }
}
