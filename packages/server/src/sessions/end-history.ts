import type { SessionState } from '@switchboard/engine'
import type { SessionDependencies } from './session-dependencies.ts'
import { planSessionEnd, type SessionEnd } from './session-end.ts'

/** A connection that lasted this long makes earlier failures history. */
const stableMs = 60_000

/** How the connections of a device have ended lately, and what follows from the next end. */
export class EndHistory {
  readonly #dependencies: Pick<SessionDependencies, 'config' | 'clock' | 'random'>
  #failures = 0
  #shortLives = 0
  #restarts = 0
  #replacements: readonly number[] = []

  constructor(dependencies: Pick<SessionDependencies, 'config' | 'clock' | 'random'>) {
    this.#dependencies = dependencies
  }

  /** Attempts that failed in a row. */
  get failures(): number {
    return this.#failures
  }

  /** A person has acted on the device: earlier ends no longer count. */
  forget(): void {
    this.#failures = 0
    this.#shortLives = 0
    this.#restarts = 0
    this.#replacements = []
  }

  /** @param situation `openedAt`: on the monotonic clock, 0 when the connection never was open */
  plan(end: SessionState, situation: { openedAt: number; owned: boolean; linked: boolean }): SessionEnd {
    const { config, clock, random } = this.#dependencies
    const { openedAt, owned, linked } = situation
    const monotonic = clock.monotonic()
    const stable = openedAt > 0 && monotonic - openedAt >= stableMs
    const restarts = stable ? 0 : this.#restarts
    const plan = planSessionEnd(end, {
      linked,
      wasOpen: openedAt > 0,
      failures: stable ? 0 : this.#failures,
      shortLives: stable ? 0 : this.#shortLives,
      restarts,
      replacements: this.#replacements,
      owned,
      backoff: config.startup,
      now: clock.now(),
      monotonic,
      random,
    })
    this.#failures = plan.failures
    this.#shortLives = plan.shortLives
    this.#replacements = plan.replacements
    this.#restarts = end.reason === 'restart_required' ? restarts + 1 : 0
    return plan
  }
}
