import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import type { ReconnectOutcome } from '../../sessions/sessions.ts'
import type { StoredDevice } from '../../tenants/devices.ts'

type Outcome = Pick<ReconnectOutcome, 'outcome' | 'reason'>

/** How long the answer waits for outcomes. */
const waitMs = 15_000

/** Of a device of which no node said anything. A linked one that no node has is connected by the next that takes it. */
const unknownOutcome = ({ status, owner }: StoredDevice, silent: readonly string[]): Outcome => {
  const isLinked = status === 'active' || status === 'disconnected'
  if (!isLinked) return { outcome: 'skipped' }
  if (owner && silent.includes(owner)) return { outcome: 'failed', reason: 'node_unreachable' }
  return { outcome: 'requested' }
}

export default defineOperation({
  method: 'POST',
  path: '/admin/devices/reconnect',
  auth: 'admin',
  summary: 'Try to reconnect every device that is offline',
  description:
    'Attempts are spread over WHATSAPP_STARTUP_RECONNECT_JITTER_MAX and limited by WHATSAPP_STARTUP_RECONNECT_CONCURRENCY. The answer waits up to 15 seconds; `requested` means that the attempt continues. Of several nodes each tries its own devices; of a node that does not answer nothing is known: its devices have the error `node_unreachable`.',
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
    silent_nodes: z.array(z.uuid()).describe('Nodes that did not answer. Empty for a gateway that is alone.'),
  }),
  async run({ tenants, fleet }) {
    const { outcomes, silent } = await fleet.reconnectAll(waitMs)
    const known = new Map(outcomes.map((each) => [each.deviceId, each]))
    const results = (await tenants.devices.list()).map((device) => {
      const { outcome, reason } = known.get(device.id) ?? unknownOutcome(device, silent)
      return { device_id: device.id, device_name: device.name, status: outcome, ...(reason && { error: reason }) }
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
      silent_nodes: silent,
    }
  },
})
