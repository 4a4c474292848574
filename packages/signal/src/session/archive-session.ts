import { encodeSessionState } from './encode-session.ts'
import { SessionRecord } from './session-record.ts'

/** The record without an open session: late messages still decrypt, but the next send needs a new bundle. */
export function archiveSession(record: SessionRecord): SessionRecord {
  if (!record.current) return record
  return new SessionRecord(undefined, [encodeSessionState(record.current), ...record.archived])
}
