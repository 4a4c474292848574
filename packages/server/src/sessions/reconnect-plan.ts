import type { Clock } from '../clock.ts'
import type { Gate } from './gate.ts'
import { RetryTimer } from './retry-timer.ts'
import type { Next } from './session-end.ts'

interface PlanParts {
  readonly clock: Clock
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
  #retry: { readonly dueAt: number; readonly at: number | undefined } | undefined
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
    if (!this.#retry) return undefined
    const { clock } = this.#parts
    return this.#retry.at ?? Math.round(clock.now() + this.#retry.dueAt - clock.monotonic())
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
    else if (next.kind === 'wait_until') this.#connectAfter(next.at - this.#parts.clock.now(), next.at)
    else if (next.kind === 'reconnect_after') this.#connectAfter(next.delayMs)
  }

  /** No attempt is pending any more. */
  cancel(): void {
    this.#timer.clear()
    this.#turn += 1
    this.#retry = undefined
  }

  /** @param at the time of day that somebody else named for it */
  #connectAfter(delayMs: number, at?: number): void {
    this.#retry = { dueAt: this.#parts.clock.monotonic() + delayMs, at }
    this.#timer.arm(delayMs, () => void this.#queue())
  }

  async #queue(): Promise<void> {
    const turn = this.#turn
    const leave = await this.#parts.gate.enter()
    if (turn === this.#turn) this.#parts.connectInTurn(leave)
    else leave()
  }
}
