import { AppError } from '../errors/app-error.ts'
import { apiKeyOf, type Scope } from '../tenants/principals.ts'

/** Counts what each device, and each API key for itself, has open of something that holds a socket. */
export class ScopeSeats {
  readonly #taken = new Map<Scope, number>()
  readonly #most: number
  readonly #what: string

  /** @param what in the plural */
  constructor(most: number, what: string) {
    this.#most = most
    this.#what = what
  }

  /** Takes a seat; what comes back gives it up. @throws AppError rate_limited */
  take(scope: Scope): () => void {
    const taken = this.#taken.get(scope) ?? 0
    if (taken >= this.#most) {
      const words = `${apiKeyOf(scope) === undefined ? 'A device' : 'An API key'} has at most ${this.#most} ${this.#what} at once`
      throw new AppError('rate_limited', words, { retryAfterSeconds: 5 })
    }
    this.#taken.set(scope, taken + 1)
    return () => {
      const left = this.#taken.get(scope)! - 1
      if (left > 0) this.#taken.set(scope, left)
      else this.#taken.delete(scope)
    }
  }
}
