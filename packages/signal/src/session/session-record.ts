import { SignalError } from '../errors.ts'
import { encodeSessionRecord } from './encode-session.ts'
import { MAX_ARCHIVED, type SessionState } from './session-state.ts'

/** Everything we know about sessions with one peer device: the one in use, and replaced ones for late messages. Immutable. */
export class SessionRecord {
  readonly current: SessionState | undefined
  /** Replaced sessions in their stored form, most recent first. */
  readonly archived: readonly Uint8Array[]

  constructor(current: SessionState | undefined, archived: readonly Uint8Array[]) {
    this.current = current
    this.archived = archived.slice(0, MAX_ARCHIVED)
  }

  /** The record as bytes for storage; {@link deserializeSession} reads them. They hold private keys. */
  serialize(): Uint8Array {
    return encodeSessionRecord(this)
  }
}

/** The peer's identity key (32 bytes) in the current session. Throws `no_session`. */
export function sessionIdentity(record: SessionRecord): Uint8Array {
  if (!record.current) throw new SignalError('no_session', 'No open session with this device')
  return record.current.remoteIdentity
}

/** Whether a message could be encrypted right now. */
export function hasOpenSession(record: SessionRecord): boolean {
  return record.current?.sending !== undefined
}
