import type { WorldClock } from '../world-clock.ts'
import { type Call, ringMs } from './call.ts'

const keptCalls = 1000

/** The calls of a world, newest last. What nobody answers ends by the world's clock. */
export class CallBook {
  readonly #clock: WorldClock
  readonly #onTimeout: (call: Call) => void
  readonly #calls = new Map<string, Call>()

  /** @param onTimeout called with a call that nobody answered, after it has ended */
  constructor(clock: WorldClock, onTimeout: (call: Call) => void) {
    this.#clock = clock
    this.#onTimeout = onTimeout
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id)
  }

  list(): Call[] {
    return [...this.#calls.values()]
  }

  /** Begins to ring. */
  open(call: Omit<Call, 'at' | 'ringsUntil' | 'state'>): Call {
    const at = this.#clock.now()
    const opened: Call = { ...call, at, ringsUntil: at + ringMs, state: 'ringing' }
    this.#keep(opened)
    return opened
  }

  snapshot(): Call[] {
    return structuredClone(this.list())
  }

  restore(calls: readonly Call[]): void {
    for (const call of calls) this.#keep(call)
  }

  #keep(call: Call): void {
    this.#calls.set(call.id, call)
    if (this.#calls.size > keptCalls) this.#calls.delete(this.#calls.keys().next().value as string)
    if (call.state === 'ringing') {
      this.#clock.after(Math.max(0, call.ringsUntil - this.#clock.now()), () => this.#expire(call))
    }
  }

  #expire(call: Call): void {
    if (call.state !== 'ringing') return
    call.state = 'ended'
    call.reason = 'timeout'
    this.#onTimeout(call)
  }
}
