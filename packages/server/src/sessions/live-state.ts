import { nextActionFor } from './next-action.ts'
import type { SessionStatus, StoredState } from './sessions.ts'

/** What only a connection of this process can say of itself; in a row it is what was true when an earlier process ended. */
const alive: ReadonlySet<string> = new Set(['connecting', 'pairing', 'passkey_required', 'passkey_confirm', 'open'])

/** What people are shown of a device's connection: what this process knows, and for a device without a link how the last one ended, from its row. */
export const liveState = (status: SessionStatus, row: StoredState) => {
  const { state } = status
  const fromRow = state.name === 'idle' && state.reason === undefined && !alive.has(row.state)
  const name = fromRow ? row.state : state.name
  const detail = 'detail' in state ? state.detail : undefined
  const reason = (fromRow ? row.stateReason : (state.reason ?? detail)) ?? null
  const linked = status.linked ?? (row.status === 'active' || row.status === 'disconnected')
  const more = detail !== undefined && detail !== reason ? ` (${detail})` : ''
  const error = linked ? `not connected: ${reason ?? name}${more}` : 'not linked'
  const unlinked = !linked && name === 'logged_out'
  return {
    /** This process knows nothing of it. */
    fromRow,
    name,
    reason,
    linked,
    /** Blank when it is connected. */
    error: status.connected ? '' : error,
    nextAction: unlinked ? nextActionFor({ name: 'logged_out' }, false) : status.nextAction,
  }
}
