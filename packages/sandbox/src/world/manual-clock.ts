import type { MovableClock } from './world-clock.ts'

interface Alarm {
  dueAt: number
  task: () => void
}

/** Time that stands still until {@link ManualClock.advance} moves it: for tests of expiry, delays and ordering. */
export class ManualClock implements MovableClock {
  #now: number
  readonly #alarms = new Set<Alarm>()

  constructor(startAt = 1_790_000_000_000) {
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, task: () => void): () => void {
    const alarm = { dueAt: this.#now + delayMs, task }
    this.#alarms.add(alarm)
    return () => this.#alarms.delete(alarm)
  }

  /** Moves time on and runs, in order of their due time, the tasks that came due (also those that these tasks set). */
  advance(ms: number): void {
    const until = this.#now + ms
    for (let alarm = this.#nextDue(until); alarm; alarm = this.#nextDue(until)) {
      this.#alarms.delete(alarm)
      this.#now = Math.max(this.#now, alarm.dueAt)
      alarm.task()
    }
    this.#now = until
  }

  #nextDue(until: number): Alarm | undefined {
    let first: Alarm | undefined
    for (const alarm of this.#alarms) {
      if (alarm.dueAt <= until && (!first || alarm.dueAt < first.dueAt)) first = alarm
    }
    return first
  }
}
