import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { liveState } from '../../sessions/live-state.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/status',
  auth: 'device',
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
      .describe(
        'idle, connecting, pairing, passkey_required, passkey_confirm, passkey_failed, open, closed, replaced, logged_out, banned, outdated or blocked',
      ),
    reason: z.string().nullable(),
    next_action: z
      .object({ code: z.string(), text: z.string() })
      .meta({ examples: [{ code: 'none', text: 'Nothing to do: the device is connected.' }] }),
    since: Instant.describe('Since when this state lasts'),
    retry_at: Instant.nullable().describe('Next automatic attempt to connect'),
  }),
  async run({ sessions, tenants, principal }) {
    const status = sessions.status(principal.deviceId)
    const row = status.stored ?? (await tenants.devices.get(principal.deviceId))
    const live = liveState(status, row)
    return {
      db_status: row.status,
      client_loaded: status.loaded,
      connected: status.connected,
      is_connected: status.connected,
      is_logged_in: live.linked,
      error: live.error,
      state: live.name,
      reason: live.reason,
      next_action: live.nextAction,
      since: status.since,
      retry_at: status.retryAt === undefined ? null : Math.round(status.retryAt),
    }
  },
})
