import { AppError } from '../errors/app-error.ts'

/** Live streams that one device may have open: readers beyond that are forgotten ones, and each holds a socket. */
const perDevice = 16

/** Counts the live streams of each device. */
export class StreamSeats {
  readonly #taken = new Map<string, number>()

  /** Takes a seat; what comes back gives it up. @throws AppError rate_limited */
  take(deviceId: string): () => void {
    const taken = this.#taken.get(deviceId) ?? 0
    if (taken >= perDevice) {
      throw new AppError('rate_limited', `A device has at most ${perDevice} live streams`, { retryAfterSeconds: 5 })
    }
    this.#taken.set(deviceId, taken + 1)
    return () => {
      const left = this.#taken.get(deviceId)! - 1
      if (left > 0) this.#taken.set(deviceId, left)
      else this.#taken.delete(deviceId)
    }
  }
}
