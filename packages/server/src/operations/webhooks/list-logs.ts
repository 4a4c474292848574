import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { limit } from '../../schemas/limit.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'
import { Delivery, deliveryView } from './delivery-shapes.ts'
import { WebhookPath } from './webhook-shapes.ts'

const states = { success: 'success', failed: 'dead', pending: 'pending' } as const

export default defineOperation({
  method: 'GET',
  path: '/webhooks/{webhook_id}/logs',
  auth: 'device',
  summary: 'Deliveries of a webhook and their outcome, newest first',
  description:
    'With `status=failed` these are the dead letters. Kept for WEBHOOK_DELIVERY_RETENTION_DAYS. A page ends after `limit` deliveries or about 1 MiB; give `next_before` back as `before` to continue.',
  params: WebhookPath,
  query: z.object({
    limit: limit(100, 500),
    before: wholeNumber(1).optional().describe('Only deliveries older than the one with this `id`'),
    status: z.enum(['success', 'failed', 'pending']).optional(),
  }),
  response: z.object({
    logs: z.array(Delivery),
    next_before: z.int().optional().describe('`id` of the last one; absent when there is none'),
  }),
  errors: ['webhook_not_found'],
  async run({ webhooks, principal }, { params, query }) {
    const logs = await webhooks.logs(principal.deviceId, params.webhook_id, {
      limit: query.limit,
      before: query.before,
      state: query.status && states[query.status],
    })
    const last = logs.at(-1)
    return { logs: logs.map(deliveryView), ...(last && { next_before: last.seq }) }
  },
})
