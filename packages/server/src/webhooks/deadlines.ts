/** Something that must end in time. */
export interface Timed {
  /** Its time is over. Must not throw. */
  expire(): void
}

/** Ends what takes longer than so many milliseconds, by one timer for all of it: what began first is due first. */
export class Deadlines {
  readonly #limitMs: number
  /** When each is due, on the clock of `performance`. */
  readonly #due = new Map<Timed, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  begin(timed: Timed): void {
    this.#due.set(timed, performance.now() + this.#limitMs)
    this.#timer ??= setTimeout(() => this.#look(), this.#limitMs).unref()
  }

  end(timed: Timed): void {
    this.#due.delete(timed)
  }

  #look(): void {
    const now = performance.now()
    this.#timer = undefined
    for (const [timed, at] of this.#due) {
      if (at > now) {
        this.#timer = setTimeout(() => this.#look(), Math.max(1, at - now)).unref()
        return
      }
      this.#due.delete(timed)
      timed.expire()
    }
  }
}
