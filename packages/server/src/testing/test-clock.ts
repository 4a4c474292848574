import type { Clock } from '../clock.ts'

/** A clock that a test moves. */
export class TestClock implements Clock {
  readonly #stands: { readonly now: number; readonly monotonic: number } | undefined
  #passed = 0
  #set = 0

  /** @param stands it moves only when the test says so, however slow the machine is */
  constructor({ stands = false }: { stands?: boolean } = {}) {
    if (stands) this.#stands = { now: Date.now(), monotonic: Math.round(performance.now()) }
  }

  now(): number {
    return (this.#stands?.now ?? Date.now()) + this.#passed + this.#set
  }

  monotonic(): number {
    return (this.#stands?.monotonic ?? performance.now()) + this.#passed
  }

  /** Time passes. */
  pass(ms: number): void {
    this.#passed += ms
  }

  /** Somebody sets the time of day: forwards, or back with a negative number. */
  set(byMs: number): void {
    this.#set += byMs
  }
}
