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
