import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { WebhookPath } from './webhook-shapes.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/webhooks/{webhook_id}',
  auth: 'owner',
  summary: 'Remove a webhook with its deliveries',
  params: WebhookPath,
  message: 'Webhook deleted',
  errors: ['webhook_not_found'],
  async run({ webhooks, principal }, { params }) {
    await webhooks.remove(scopeOf(principal), params.webhook_id)
    return undefined
  },
})
