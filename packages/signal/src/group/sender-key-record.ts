import type { Chain, SkippedKeys } from '../session/session-state.ts'
import { countSkipped, keepNewest } from '../session/skipped-keys.ts'

/** What one sender uses in one group: its own record when we are the sender, else what it distributed to us. Immutable. */
export interface SenderKeyRecord {
  /** Newest first, at most {@link MAX_SENDER_KEYS}. */
  readonly states: readonly SenderKeyState[]
}

export interface SenderKeyState extends Chain {
  readonly id: number
  readonly signingKey: Uint8Array
  /** Present only in our own record. */
  readonly signingPrivateKey?: Uint8Array
  readonly skipped: SkippedKeys
}

/** Sender keys kept per sender and group, as in libsignal (rust/protocol/src/consts.rs). */
const MAX_SENDER_KEYS = 5
/** Skipped keys kept of all but the newest sender key together. Their chains hardly move any more, so that these would never grow old. */
const MAX_SKIPPED_BEFORE = 100

/** The newest of these states, newest first, with as many skipped keys as are kept of them. */
export function boundedStates(states: readonly SenderKeyState[]): readonly SenderKeyState[] {
  const [newest, ...before] = states.slice(0, MAX_SENDER_KEYS)
  if (!newest) return []
  let room = MAX_SKIPPED_BEFORE
  const others = before.map((state) => {
    const skipped = keepNewest(state.skipped, room)
    room -= countSkipped(skipped)
    return skipped === state.skipped ? state : { ...state, skipped }
  })
  return [newest, ...others]
}
