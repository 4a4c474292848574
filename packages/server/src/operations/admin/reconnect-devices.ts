import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

/** How long the answer waits for outcomes. */
const waitMs = 15_000

export default defineOperation({
  method: 'POST',
  path: '/admin/devices/reconnect',
  auth: 'admin',
  summary: 'Try to reconnect every device that is offline',
  description:
    'Attempts are spread over WHATSAPP_STARTUP_RECONNECT_JITTER_MAX and limited by WHATSAPP_STARTUP_RECONNECT_CONCURRENCY. The answer waits up to 15 seconds; `requested` means that the attempt continues.',
  response: z.object({
    results: z.array(
      z.object({
        device_id: z.uuid(),
        device_name: z.string(),
        status: z.enum(['reconnected', 'failed', 'skipped', 'already_connected', 'requested']),
        error: z.string().optional(),
      }),
    ),
    summary: z.object({
      total: z.int(),
      reconnected: z.int(),
      failed: z.int(),
      skipped: z.int().describe('Not linked, or connected already'),
      requested: z.int(),
    }),
  }),
  async run({ tenants, sessions }) {
    const outcomes = new Map((await sessions.reconnectAll(waitMs)).map((each) => [each.deviceId, each]))
    const results = (await tenants.devices.list()).map(({ id, name }) => {
      const { outcome, reason } = outcomes.get(id) ?? { outcome: 'skipped' as const, reason: undefined }
      return { device_id: id, device_name: name, status: outcome, ...(reason && { error: reason }) }
    })
    const count = (...wanted: string[]) => results.filter(({ status }) => wanted.includes(status)).length
    return {
      results,
      summary: {
        total: results.length,
        reconnected: count('reconnected'),
        failed: count('failed'),
        skipped: count('skipped', 'already_connected'),
        requested: count('requested'),
      },
    }
  },
})
