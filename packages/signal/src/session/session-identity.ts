import { SignalError } from '../errors.ts'
import type { SessionRecord } from './session-record.ts'

/** The peer's identity key (32 bytes) in the current session. Throws `no_session`. */
export function sessionIdentity(record: SessionRecord): Uint8Array {
  if (!record.current) throw new SignalError('no_session', 'No open session with this device')
  return record.current.remoteIdentity
}

/** Whether a message could be encrypted right now. */
export function hasOpenSession(record: SessionRecord): boolean {
  return record.current?.sending !== undefined
}
