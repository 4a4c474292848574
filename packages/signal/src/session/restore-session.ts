import { archive } from './archived-sessions.ts'
import { SessionRecord } from './session-record.ts'
import { MAX_RECEIVING_CHAINS, type SessionState } from './session-state.ts'

/**
 * A record of sessions that another implementation kept, within the bounds of this one.
 *
 * @param current the open session; undefined when the next message must begin a new one
 * @param archived replaced sessions, most recent first
 */
export function restoreSession(current: SessionState | undefined, archived: readonly SessionState[]): SessionRecord {
  const stored = archived.toReversed().reduce<readonly Uint8Array[]>((kept, state) => archive(bounded(state), kept), [])
  return new SessionRecord(current && bounded(current), stored)
}

const bounded = (state: SessionState): SessionState => ({
  ...state,
  receiving: state.receiving.slice(0, MAX_RECEIVING_CHAINS),
})
