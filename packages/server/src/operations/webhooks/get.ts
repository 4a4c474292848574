import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { Webhook, WebhookPath, webhookView } from './webhook-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/webhooks/{webhook_id}',
  auth: 'owner',
  summary: 'One webhook',
  params: WebhookPath,
  response: z.object({ webhook: Webhook }),
  errors: ['webhook_not_found'],
  async run({ webhooks, principal }, { params }) {
    return { webhook: webhookView(await webhooks.get(scopeOf(principal), params.webhook_id)) }
  },
})
