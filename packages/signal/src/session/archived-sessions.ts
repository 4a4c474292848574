import { decodeSessionState } from './decode-session.ts'
import { encodeSessionState } from './encode-session.ts'
import { SessionRecord } from './session-record.ts'
import type { SessionState } from './session-state.ts'
import { countSkipped, keepNewest } from './skipped-keys.ts'

/** Skipped keys of all replaced sessions of a peer together. Their chains hardly move any more, so that these would never grow old. */
const MAX_SKIPPED_ARCHIVED = 100
/** A stored session without skipped keys is shorter: five receiving chains and everything else. */
const SHORT_BYTES = 768

/** Replaced sessions in their stored form, most recent first, with `state` in front. */
export const archive = (state: SessionState | undefined, archived: readonly Uint8Array[]): readonly Uint8Array[] =>
  bounded(state ? [encodeSessionState(state), ...archived] : archived)

/** The same sessions with the newest of their skipped keys. A peer decides how many we would have to store with each message. */
export function bounded(archived: readonly Uint8Array[]): readonly Uint8Array[] {
  if (archived.every(({ length }) => length <= SHORT_BYTES)) return archived
  let room = MAX_SKIPPED_ARCHIVED
  return archived.map((bytes) => {
    if (bytes.length <= SHORT_BYTES) return bytes
    const state = decodeSessionState(bytes)
    const receiving = state.receiving.map((chain) => {
      const skipped = keepNewest(chain.skipped, room)
      room -= countSkipped(skipped)
      return { ...chain, skipped }
    })
    return encodeSessionState({ ...state, receiving })
  })
}

/** The record without an open session: late messages still decrypt, but the next send needs a new bundle. */
export function archiveSession(record: SessionRecord): SessionRecord {
  if (!record.current) return record
  return new SessionRecord(undefined, archive(record.current, record.archived))
}

/** The record with `next` as its current session and the one before it archived. */
export function replaceSession(record: SessionRecord | undefined, next: SessionState): SessionRecord {
  return new SessionRecord(next, archive(record?.current, record?.archived ?? []))
}
