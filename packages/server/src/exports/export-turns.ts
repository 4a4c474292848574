import { AppError } from '../errors/app-error.ts'

interface TurnLimits {
  /** Exports of all customers that are made at once: each may have a copy of the whole database. */
  readonly most: number
  /** How long one waits for its turn, ms. */
  readonly waitMs: number
}

const isBusy = (words: string): AppError => new AppError('rate_limited', words, { retryAfterSeconds: 30 })

/** Who makes an export now: one for each API key, few in all. Others wait, and have their turn in the order in which they asked. */
export class ExportTurns {
  readonly #limits: TurnLimits
  /** API keys of which one is made or waits. */
  readonly #asked = new Set<number>()
  readonly #waiting = new Set<() => void>()
  #made = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** @returns to be called once, when the export has ended @throws AppError rate_limited while the API key has another one, and after a long wait */
  async take(apiKeyId: number, signal: AbortSignal): Promise<() => void> {
    if (this.#asked.has(apiKeyId)) throw isBusy('Another export of this customer is being made')
    this.#asked.add(apiKeyId)
    if (this.#made < this.#limits.most) this.#made++
    else {
      await this.#wait(signal).catch((error: unknown) => {
        this.#asked.delete(apiKeyId)
        throw error
      })
    }
    return () => {
      this.#asked.delete(apiKeyId)
      this.#pass()
    }
  }

  #pass(): void {
    const [next] = this.#waiting
    if (!next) this.#made--
    else if (this.#waiting.delete(next)) next()
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = (): void => {
      // It has its turn already.
      if (this.#waiting.delete(resolve)) reject(isBusy('Exports of other customers are being made'))
    }
    const timer = setTimeout(giveUp, this.#limits.waitMs)
    this.#waiting.add(resolve)
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
    return promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    })
  }
}
