import { encodeSessionState } from './encode-session.ts'
import { SessionRecord } from './session-record.ts'
import type { SessionState } from './session-state.ts'

/** The record with `next` as its current session and the one before it archived. */
export function replaceSession(record: SessionRecord | undefined, next: SessionState): SessionRecord {
  const archived = record?.archived ?? []
  return new SessionRecord(next, record?.current ? [encodeSessionState(record.current), ...archived] : archived)
}
