/** World time. Every instant in a world comes from here, so that a test can move it. */
export interface WorldClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `task` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, task: () => void): () => void
}

/** The machine's own time. Its timers never keep a process alive. */
export const machineClock: WorldClock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** A clock that can be moved on. */
export interface MovableClock extends WorldClock {
  /** What comes due in that time happens at once, in order. */
  advance(ms: number): void
}

export function isMovable(clock: WorldClock): clock is MovableClock {
  return 'advance' in clock && typeof clock.advance === 'function'
}
