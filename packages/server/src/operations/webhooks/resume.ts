import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { WebhookPath } from './webhook-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/webhooks/{webhook_id}/resume',
  auth: 'owner',
  summary: 'Try a paused webhook now',
  description:
    'Failed deliveries pause a webhook for longer and longer. Call this when the endpoint works again: what waits is tried at once, and the waits start again from the shortest if it fails. A webhook that is switched off is switched on with PATCH instead.',
  params: WebhookPath,
  message: 'Webhook resumed',
  errors: ['webhook_not_found', 'webhook_inactive'],
  async run({ webhooks, principal }, { params }) {
    await webhooks.resume(scopeOf(principal), params.webhook_id)
    return undefined
  },
})
