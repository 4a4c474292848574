import { archive } from './archived-sessions.ts'
import { SessionRecord } from './session-record.ts'

/** The record without an open session: late messages still decrypt, but the next send needs a new bundle. */
export function archiveSession(record: SessionRecord): SessionRecord {
  if (!record.current) return record
  return new SessionRecord(undefined, archive(record.current, record.archived))
}
