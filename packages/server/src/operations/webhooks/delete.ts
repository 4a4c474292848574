import { defineOperation } from '../../kit/define-operation.ts'
import { WebhookPath } from './webhook-shapes.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/webhooks/{webhook_id}',
  auth: 'device',
  summary: 'Remove a webhook with its deliveries',
  params: WebhookPath,
  message: 'Webhook deleted',
  errors: ['webhook_not_found'],
  async run({ webhooks, principal }, { params }) {
    await webhooks.remove(principal.deviceId, params.webhook_id)
    return undefined
  },
})
