import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/stats',
  auth: 'admin',
  summary: 'Counts of API keys, devices by stored status, and webhooks',
  response: z.object({
    total_api_keys: z.int(),
    active_api_keys: z.int(),
    total_devices: z.int(),
    connected_devices: z.int(),
    disconnected_devices: z.int(),
    pending_devices: z.int(),
    logged_out_devices: z.int(),
    total_webhooks: z.int(),
    active_webhooks: z.int(),
  }),
  async run({ tenants, webhooks }) {
    const [keys, devices, totals] = await Promise.all([
      tenants.apiKeys.counts(),
      tenants.devices.counts(),
      webhooks.totals(),
    ])
    const { active = 0, disconnected = 0, pending = 0, logged_out = 0 } = devices
    return {
      total_api_keys: keys.total,
      active_api_keys: keys.active,
      total_devices: active + disconnected + pending + logged_out,
      connected_devices: active,
      disconnected_devices: disconnected,
      pending_devices: pending,
      logged_out_devices: logged_out,
      total_webhooks: totals.webhooks.total,
      active_webhooks: totals.webhooks.active,
    }
  },
})
