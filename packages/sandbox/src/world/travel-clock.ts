import type { MovableClock } from './world-clock.ts'

interface Alarm {
  readonly dueAt: number
  readonly task: () => void
}

/** Longer waits are taken in pieces: the machine's timers hold no more than 31 bits of milliseconds. */
const longestWaitMs = 2 ** 31 - 1

/** The machine's time, which can be moved on: a day passes in a moment, and what comes due in it happens in order. */
export class TravelClock implements MovableClock {
  #aheadMs = 0
  readonly #alarms = new Set<Alarm>()
  #timer: NodeJS.Timeout | undefined
  /** When the machine's timer rings, in this clock's time. */
  #ringsAt = Number.POSITIVE_INFINITY

  now(): number {
    return Date.now() + this.#aheadMs
  }

  /** Timers never keep a process alive. */
  after(delayMs: number, task: () => void): () => void {
    const alarm = { dueAt: this.now() + delayMs, task }
    this.#alarms.add(alarm)
    // One that is due later than the next changes nothing: thousands are set without looking through all.
    if (alarm.dueAt < this.#ringsAt) this.#wait()
    return () => {
      this.#alarms.delete(alarm)
    }
  }

  /** Moves time on by that many milliseconds. */
  advance(ms: number): void {
    const until = this.now() + ms
    for (let alarm = this.#nextDue(until); alarm; alarm = this.#nextDue(until)) {
      this.#aheadMs += Math.max(0, alarm.dueAt - this.now())
      this.#ring(alarm)
    }
    this.#aheadMs += Math.max(0, until - this.now())
    this.#wait()
  }

  #ring(alarm: Alarm): void {
    this.#alarms.delete(alarm)
    alarm.task()
  }

  #wait(): void {
    clearTimeout(this.#timer)
    const next = this.#nextDue(Number.POSITIVE_INFINITY)
    this.#ringsAt = next?.dueAt ?? Number.POSITIVE_INFINITY
    if (!next) return
    this.#timer = setTimeout(() => this.#ringDue(), Math.min(longestWaitMs, Math.max(0, next.dueAt - this.now())))
    this.#timer.unref()
  }

  #ringDue(): void {
    try {
      for (let alarm = this.#nextDue(this.now()); alarm; alarm = this.#nextDue(this.now())) this.#ring(alarm)
    } finally {
      this.#wait()
    }
  }

  #nextDue(until: number): Alarm | undefined {
    let first: Alarm | undefined
    for (const alarm of this.#alarms) {
      if (alarm.dueAt <= until && (!first || alarm.dueAt < first.dueAt)) first = alarm
    }
    return first
  }
}
