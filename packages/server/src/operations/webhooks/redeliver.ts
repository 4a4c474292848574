import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { WebhookPath } from './webhook-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/webhooks/{webhook_id}/deliveries/{event_id}/redeliver',
  auth: 'owner',
  summary: 'Deliver one event again',
  description: 'Also when it was delivered before. It is sent with the same event id, before newer events.',
  params: WebhookPath.extend({ event_id: z.string().regex(/^evt_[0-9A-Za-z]{1,64}$/) }),
  message: 'Delivery queued',
  errors: ['webhook_not_found', 'delivery_not_found', 'webhook_inactive'],
  async run({ webhooks, principal }, { params }) {
    await webhooks.redeliver(scopeOf(principal), params.webhook_id, params.event_id)
    return undefined
  },
})
