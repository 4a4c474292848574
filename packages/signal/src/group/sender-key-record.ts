import type { Chain, SkippedKey } from '../session/session-state.ts'

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
  readonly skipped: readonly SkippedKey[]
}

/** Sender keys kept per sender and group, as in libsignal (rust/protocol/src/consts.rs). */
export const MAX_SENDER_KEYS = 5
