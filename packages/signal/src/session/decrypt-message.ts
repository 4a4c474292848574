import { SignalError } from '../errors.ts'
import { sameBytes } from '../primitives/bytes.ts'
import { archive, bounded } from './archived-sessions.ts'
import type { LocalIdentity } from './bundle.ts'
import { decodeSessionState } from './decode-session.ts'
import { encodeSessionState } from './encode-session.ts'
import { chainOf, type Incoming, receiveStep } from './receive-step.ts'
import { SessionRecord } from './session-record.ts'
import type { SessionState } from './session-state.ts'
import { decodeWhisperMessage } from './whisper-message.ts'

/** A message that was read, with the record that must be stored along with it. */
export interface DecryptedMessage {
  record: SessionRecord
  plaintext: Uint8Array
}

/**
 * Decrypts a `msg` in the current session, else in an archived one. As in libsignal the archived one then becomes the current
 * one again, since the peer is using it; `isTakenUpAgain` below says when not.
 *
 * Throws `no_session`, `bad_mac`, `duplicate_message`, `key_given_up`, `too_far_ahead`, `malformed` or `bad_version`.
 */
export function decryptMessage(record: SessionRecord, local: LocalIdentity, ciphertext: Uint8Array): DecryptedMessage {
  const incoming = { bytes: ciphertext, message: decodeWhisperMessage(ciphertext) }
  if (!record.current && record.archived.length === 0)
    throw new SignalError('no_session', 'No session with this device')
  // The usual case, decided without looking at what is archived.
  if (record.current && chainOf(record.current, incoming.message)) {
    const { state, plaintext } = receiveStep(record.current, local, incoming)
    return { record: new SessionRecord(state, record.archived), plaintext }
  }
  return search(record, local, incoming)
}

function search(record: SessionRecord, local: LocalIdentity, incoming: Incoming): DecryptedMessage {
  const archived = record.archived.map(decodeSessionState)
  const candidates = record.current ? [record.current, ...archived] : archived
  const owner = archived.find((state) => chainOf(state, incoming.message))
  for (const state of owner ? [owner] : candidates) {
    const result = attempt(state, local, incoming, state === owner)
    if (result) return { record: withStepped(record, archived, state, result.state), plaintext: result.plaintext }
  }
  throw new SignalError('bad_mac', 'The MAC does not match under any session with this device')
}

// A session that never met the ratchet key may simply be the wrong one; the session that did has the last word.
function attempt(state: SessionState, local: LocalIdentity, incoming: Incoming, final: boolean) {
  try {
    return receiveStep(state, local, incoming)
  } catch (error) {
    if (final || !(error instanceof SignalError)) throw error
    return undefined
  }
}

function withStepped(
  record: SessionRecord,
  archived: SessionState[],
  before: SessionState,
  after: SessionState,
): SessionRecord {
  if (before === record.current) return new SessionRecord(after, record.archived)
  const index = archived.indexOf(before)
  if (record.current && isTakenUpAgain(record.current, after)) {
    return new SessionRecord(after, archive(record.current, record.archived.toSpliced(index, 1)))
  }
  return new SessionRecord(record.current, bounded(record.archived.with(index, encodeSessionState(after))))
}

// Not while we wait for the answer in a session that we just started, mostly because the peer could not read the old one; nor
// for an identity that the peer has given up. And a session that was closed stays closed until the next bundle.
function isTakenUpAgain(current: SessionState, archived: SessionState): boolean {
  return current.pending === undefined && sameBytes(current.remoteIdentity, archived.remoteIdentity)
}
