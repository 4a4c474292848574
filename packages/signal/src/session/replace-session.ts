import { archive } from './archived-sessions.ts'
import { SessionRecord } from './session-record.ts'
import type { SessionState } from './session-state.ts'

/** The record with `next` as its current session and the one before it archived. */
export function replaceSession(record: SessionRecord | undefined, next: SessionState): SessionRecord {
  return new SessionRecord(next, archive(record?.current, record?.archived ?? []))
}
