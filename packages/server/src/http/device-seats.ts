import { AppError } from '../errors/app-error.ts'

/** Counts what each device has open of something that holds a socket. */
export class DeviceSeats {
  readonly #taken = new Map<string, number>()
  readonly #most: number
  readonly #what: string

  /** @param what in the plural */
  constructor(most: number, what: string) {
    this.#most = most
    this.#what = what
  }

  /** Takes a seat; what comes back gives it up. @throws AppError rate_limited */
  take(deviceId: string): () => void {
    const taken = this.#taken.get(deviceId) ?? 0
    if (taken >= this.#most) {
      const words = `A device has at most ${this.#most} ${this.#what} at once`
      throw new AppError('rate_limited', words, { retryAfterSeconds: 5 })
    }
    this.#taken.set(deviceId, taken + 1)
    return () => {
      const left = this.#taken.get(deviceId)! - 1
      if (left > 0) this.#taken.set(deviceId, left)
      else this.#taken.delete(deviceId)
    }
  }
}
