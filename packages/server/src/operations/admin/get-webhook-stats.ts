import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/webhooks/stats',
  auth: 'admin',
  summary: 'Totals of webhooks and of their deliveries',
  description: 'Of the deliveries that are still kept: see WEBHOOK_DELIVERY_RETENTION_DAYS.',
  response: z.object({
    total_webhooks: z.int(),
    active_webhooks: z.int(),
    total_deliveries: z.int(),
    success_deliveries: z.int(),
    failed_deliveries: z.int().describe('Dead letters'),
    pending_deliveries: z.int().describe('Waiting for their first or next attempt'),
    success_rate: z.number().describe('Percent of those that ended'),
  }),
  async run({ webhooks }) {
    const { webhooks: counts, deliveries } = await webhooks.totals()
    const ended = deliveries.success + deliveries.dead
    return {
      total_webhooks: counts.total,
      active_webhooks: counts.active,
      total_deliveries: ended + deliveries.pending,
      success_deliveries: deliveries.success,
      failed_deliveries: deliveries.dead,
      pending_deliveries: deliveries.pending,
      success_rate: ended === 0 ? 0 : Math.round((10_000 * deliveries.success) / ended) / 100,
    }
  },
})
