import type { SessionState } from '@switchboard/engine'
import { nextActionFor } from './next-action.ts'
import type { RemoteDevice, SessionStatus } from './sessions.ts'

/** The state of a device that a node which is alive has, as that one wrote it down. */
export const remoteStatus = (row: RemoteDevice, now: number): SessionStatus => {
  const linked = row.status === 'active' || row.status === 'disconnected'
  const state = { name: row.state, ...(row.stateReason && { detail: row.stateReason }) } as SessionState
  const goesOn = linked && ['open', 'connecting', 'closed', 'outdated'].includes(row.state)
  return {
    state,
    nextAction: nextActionFor(state, goesOn),
    loaded: false,
    connected: row.state === 'open',
    linked,
    comesBack: goesOn,
    since: now,
    stored: row,
  }
}
