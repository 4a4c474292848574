import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Webhook, WebhookPath, webhookView } from './webhook-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/webhooks/{webhook_id}',
  auth: 'device',
  summary: 'One webhook',
  params: WebhookPath,
  response: z.object({ webhook: Webhook }),
  errors: ['webhook_not_found'],
  async run({ webhooks, principal }, { params }) {
    return { webhook: webhookView(await webhooks.get(principal.deviceId, params.webhook_id)) }
  },
})
