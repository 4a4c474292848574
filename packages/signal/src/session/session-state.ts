import type { KeyPair } from '../keys/key-pair.ts'

/** One session with one peer device. Immutable: a step makes a new one, so that a failed step changes nothing. */
export interface SessionState {
  readonly remoteIdentity: Uint8Array
  readonly remoteRegistrationId: number
  /** The initiator's base key: what tells two sessions with the same peer apart. */
  readonly baseKey: Uint8Array
  readonly rootKey: Uint8Array
  /** Our current ratchet pair: the signed prekey itself until a responder has taken its first step. */
  readonly ratchet: KeyPair
  /** Absent only in a responder's session before its first message is decrypted. */
  readonly sending?: Chain
  /** The last counter of our previous sending chain. */
  readonly previousCounter: number
  /** Newest first, at most {@link MAX_RECEIVING_CHAINS}. */
  readonly receiving: readonly ReceivingChain[]
  /** Set on an initiator's session until the peer has answered. */
  readonly pending?: PendingPreKey
}

export interface Chain {
  readonly key: Uint8Array
  /** The counter of the next message. */
  readonly counter: number
}

export interface ReceivingChain extends Chain {
  readonly ratchetKey: Uint8Array
  readonly skipped: SkippedKeys
}

/** What is kept of messages that were stepped over. */
export interface SkippedKeys {
  /** One list for each gap that was stepped over at once and is still missing messages, oldest first. */
  readonly gaps: readonly (readonly SkippedKey[])[]
  /** Keys of counters below this one may have been given up. */
  readonly givenUpTo: number
}

export interface SkippedKey {
  readonly counter: number
  /** What the keys of the message come from: 32 bytes of seed. Or the 80 bytes that are derived from it, where a session was moved here from a program that
   *  keeps those (seen in: go.mau.fi/libsignal keys/message). */
  readonly secret: Uint8Array
}

export interface PendingPreKey {
  readonly preKeyId?: number
  readonly signedPreKeyId: number
}

/** Receiving chains kept per session, as in libsignal (rust/protocol/src/consts.rs). */
export const MAX_RECEIVING_CHAINS = 5
/** How far ahead a message may be, and how many skipped keys a session keeps in all. */
export const MAX_SKIPPED = 2000
/** Replaced sessions kept for late messages, as in libsignal. */
export const MAX_ARCHIVED = 40
