import type { WorldClock } from '../world/world-clock.ts'

/** Somebody's share of a clock: what was set by it is called off when its life ends. A world that was replaced or removed must not act on. */
export class LifetimeClock implements WorldClock {
  readonly #clock: WorldClock
  readonly #pending = new Set<() => void>()
  #over = false

  constructor(clock: WorldClock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  after(delayMs: number, task: () => void): () => void {
    if (this.#over) return () => {}
    const callOff = this.#clock.after(delayMs, () => {
      this.#pending.delete(callOff)
      task()
    })
    this.#pending.add(callOff)
    return () => {
      this.#pending.delete(callOff)
      callOff()
    }
  }

  /** Calls off all that waits; nothing can be set from then on. */
  end(): void {
    this.#over = true
    for (const callOff of this.#pending) callOff()
    this.#pending.clear()
  }
}
