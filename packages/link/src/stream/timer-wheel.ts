const tickMs = 100
/** Longer waits end with a whole second, so that a thousand of them share one wake-up. */
const coarseFromMs = 5_000
const coarseTicks = 1_000 / tickMs

/** Something that happens once, unless it is cancelled. */
export interface WheelTimer {
  cancel(): void
}

/**
 * The times at which something is due, for all connections of a thread: one timer of the system however many there are, and none when nothing is due.
 * Things happen up to a tenth of a second late, those that take seconds up to a second. They keep no process alive.
 */
export class TimerWheel {
  readonly #due = new Map<number, Set<() => void>>()
  readonly #now: () => number
  #timer: NodeJS.Timeout | undefined
  #armedFor = Number.POSITIVE_INFINITY

  /** @param now a clock that never goes back, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** How many wait. */
  get size(): number {
    let size = 0
    for (const { size: waiting } of this.#due.values()) size += waiting
    return size
  }

  after(delayMs: number, happen: () => void): WheelTimer {
    let tick = Math.ceil((this.#now() + delayMs) / tickMs)
    if (delayMs >= coarseFromMs) tick = Math.ceil(tick / coarseTicks) * coarseTicks
    let waiting = this.#due.get(tick)
    if (!waiting) {
      waiting = new Set()
      this.#due.set(tick, waiting)
      if (tick < this.#armedFor) this.#arm(tick)
    }
    // The same function may wait more than once.
    const fire = () => happen()
    const here = waiting.add(fire)
    return {
      cancel: () => {
        if (here.delete(fire) && here.size === 0 && this.#due.get(tick) === here) this.#due.delete(tick)
      },
    }
  }

  #arm(tick: number): void {
    clearTimeout(this.#timer)
    this.#armedFor = tick
    this.#timer = setTimeout(() => this.#turn(), Math.max(1, tick * tickMs - this.#now())).unref()
  }

  #turn(): void {
    this.#armedFor = Number.POSITIVE_INFINITY
    const tick = Math.floor(this.#now() / tickMs)
    const ripe = [...this.#due.keys()].filter((due) => due <= tick).sort((a, b) => a - b)
    for (const due of ripe) {
      const waiting = this.#due.get(due)
      this.#due.delete(due)
      // What happens may cancel what has not happened yet.
      for (const fire of waiting ?? []) fire()
    }
    let next = Number.POSITIVE_INFINITY
    for (const due of this.#due.keys()) next = Math.min(next, due)
    if (next < this.#armedFor) this.#arm(next)
  }
}

/** The one of this thread. */
export const wheel = new TimerWheel()
