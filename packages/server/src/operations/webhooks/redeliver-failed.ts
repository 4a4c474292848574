import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { WebhookPath } from './webhook-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/webhooks/{webhook_id}/dead-letters/redeliver',
  auth: 'owner',
  summary: 'Deliver every dead letter again',
  params: WebhookPath,
  response: z.object({ queued: z.int() }),
  message: 'Deliveries queued',
  errors: ['webhook_not_found', 'webhook_inactive'],
  async run({ webhooks, principal }, { params }) {
    return { queued: await webhooks.redeliverDead(scopeOf(principal), params.webhook_id) }
  },
})
