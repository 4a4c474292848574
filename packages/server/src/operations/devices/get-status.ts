import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { nextActionFor } from '../../sessions/next-action.ts'
import type { SessionStatus } from '../../sessions/sessions.ts'
import type { StoredDevice } from '../../tenants/devices.ts'

/** What a person reads when the device is not connected; blank when it is. */
const errorOf = ({ connected, linked, state }: SessionStatus, reason: string | null): string => {
  if (connected) return ''
  if (!linked) return 'not linked'
  const detail = 'detail' in state && state.detail !== reason ? state.detail : undefined
  return `not connected: ${reason ?? state.name}${detail ? ` (${detail})` : ''}`
}

/** A session that this process has not loaded is told from the device's row. */
const stateOf = (status: SessionStatus, row: StoredDevice) => {
  const { name, reason, detail } = status.state as { name: string; reason?: string; detail?: string }
  const fromRow = name === 'idle' && reason === undefined
  return fromRow ? { name: row.state, reason: row.stateReason } : { name, reason: reason ?? detail ?? null }
}

export default defineOperation({
  method: 'GET',
  path: '/devices/me/status',
  auth: 'device',
  group: 'Device',
  summary: 'State of the connection, why, and what to do',
  response: z.object({
    db_status: z.enum(['pending', 'active', 'disconnected', 'logged_out']),
    client_loaded: z.boolean().describe('A connection exists in this process'),
    connected: z.boolean().describe('Connected and logged in'),
    is_connected: z.boolean(),
    is_logged_in: z.boolean().describe('Linked to an account'),
    error: z.string().describe('Blank when healthy'),
    state: z
      .string()
      .describe('idle, connecting, pairing, open, closed, replaced, logged_out, banned, outdated or blocked'),
    reason: z.string().nullable(),
    next_action: z
      .object({ code: z.string(), text: z.string() })
      .meta({ examples: [{ code: 'none', text: 'Nothing to do: the device is connected.' }] }),
    since: Instant.describe('Since when this state lasts'),
    retry_at: Instant.nullable().describe('Next automatic attempt to connect'),
  }),
  async run({ sessions, tenants, principal }) {
    const row = await tenants.devices.get(principal.deviceId)
    const status = sessions.status(principal.deviceId)
    const { name, reason } = stateOf(status, row)
    const unlinked = !status.linked && name === 'logged_out'
    return {
      db_status: row.status,
      client_loaded: status.loaded,
      connected: status.connected,
      is_connected: status.connected,
      is_logged_in: status.linked,
      error: errorOf(status, reason),
      state: name,
      reason,
      next_action: unlinked ? nextActionFor({ name: 'logged_out' }, false) : status.nextAction,
      since: status.since,
      retry_at: status.retryAt === undefined ? null : Math.round(status.retryAt),
    }
  },
})
