import type { Gate } from './gate.ts'
import { RetryTimer } from './retry-timer.ts'
import type { Next } from './session-end.ts'

interface PlanParts {
  readonly clock: { now(): number }
  readonly gate: Gate
  /** Past every queue. */
  connectNow(): void
  /** With a slot, to be given back by calling `leave`. */
  connectInTurn(leave: () => void): void
}

/** What comes next for a device without a connection: an attempt now, one at an instant, or none. */
export class ReconnectPlan {
  readonly #parts: PlanParts
  readonly #timer = new RetryTimer()
  #next: Next = { kind: 'wait_for_person' }
  #retryAt: number | undefined
  #halted = false
  /** Counts what was planned: a slot that comes when something else is planned by then is given back. */
  #turn = 0

  constructor(parts: PlanParts) {
    this.#parts = parts
  }

  /** The server connects again by itself. */
  get automatic(): boolean {
    return this.#next.kind !== 'wait_for_person' && this.#next.kind !== 'stop'
  }

  /** When the next attempt begins, Unix ms. */
  get retryAt(): number | undefined {
    return this.#retryAt
  }

  /** Nothing connects any more from here on. */
  get halted(): boolean {
    return this.#halted
  }

  halt(): void {
    this.#halted = true
  }

  /** Takes the place of what was planned. */
  follow(next: Next): void {
    this.cancel()
    this.#next = next
    if (this.#halted || !this.automatic) return
    if (next.kind === 'reconnect_now') this.#parts.connectNow()
    else if (next.kind === 'wait_until') this.#connectAt(next.at)
    else if (next.kind === 'reconnect_after') this.#connectAt(this.#parts.clock.now() + next.delayMs)
  }

  /** No attempt is pending any more. */
  cancel(): void {
    this.#timer.clear()
    this.#turn += 1
    this.#retryAt = undefined
  }

  #connectAt(at: number): void {
    this.#retryAt = at
    this.#timer.arm(at - this.#parts.clock.now(), () => void this.#queue())
  }

  async #queue(): Promise<void> {
    const turn = this.#turn
    const leave = await this.#parts.gate.enter()
    if (turn === this.#turn) this.#parts.connectInTurn(leave)
    else leave()
  }
}
