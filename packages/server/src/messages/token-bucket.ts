/** A bucket of tokens: `burst` at once, then `perMinute` evenly. Pure arithmetic on the caller's clock, which should be a monotonic one. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #at: number

  constructor(perMinute: number, burst: number, now: number) {
    this.#perMs = perMinute / 60_000
    this.#burst = burst
    this.#tokens = burst
    this.#at = now
  }

  /** Takes a token, on credit if need be. @returns how long to wait before using it, ms */
  take(now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perMs)
    this.#at = now
    this.#tokens -= 1
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs)
  }
}
