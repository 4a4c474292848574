import type { AttemptResult } from './attempt.ts'
import { askedWait, retryDelay } from './retry-schedule.ts'
import { verdictOf } from './verdict.ts'

/** A wait after a failure. */
export interface Pause {
  /** When the last attempt failed, on the monotonic clock. */
  readonly at: number
  readonly ms: number
  /** The instant that was planned before and stays, on the monotonic clock. */
  readonly kept: number | undefined
  /** It is for the endpoint to work. */
  readonly troubled: boolean | undefined
  /** The endpoint asked for so much time. */
  readonly holdMs: number
  /** The time of day that was stored for the first delivery. */
  nextAttemptAt: number
}

/** How long to wait when a delivery fails.
 *  @param count how often it was tried before
 *  @param early it was tried before this instant, at which it is due */
export function planPause(count: number, at: number, early: number | undefined): Pause {
  const kept = early !== undefined && early > at ? early : undefined
  const ms = kept === undefined ? retryDelay(count + 1) : kept - at
  return { at, ms, kept, troubled: undefined, holdMs: 0, nextAttemptAt: 0 }
}

/** The same after one more delivery has failed right after it; the endpoint may have named a time. */
export function pauseAfter(result: AttemptResult, at: number, { troubled, ...pause }: Pause): Pause {
  const holdMs = Math.max(pause.holdMs, askedWait(result.retryAfterMs))
  return {
    ...pause,
    at,
    ms: Math.max(pause.ms, holdMs),
    kept: holdMs > 0 ? undefined : pause.kept,
    // That of the first, which the others only judge.
    troubled: troubled ?? verdictOf(result.status) === 'trouble',
    holdMs,
  }
}
