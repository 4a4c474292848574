import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { EventFilter, Webhook, WebhookPath, WebhookUrl, webhookView } from './webhook-shapes.ts'

export default defineOperation({
  method: 'PATCH',
  path: '/webhooks/{webhook_id}',
  auth: 'owner',
  summary: 'Change a webhook',
  description:
    'What is left out stays as it is. What was waiting is tried at once after a new URL or when the webhook is switched on.',
  params: WebhookPath,
  body: z.object({
    url: WebhookUrl.optional(),
    events: EventFilter.nullish().describe('An empty list or null means all'),
    active: z.boolean().optional(),
  }),
  response: z.object({ webhook: Webhook }),
  message: 'Webhook updated',
  errors: ['webhook_not_found', 'invalid_webhook_url'],
  async run({ webhooks, principal }, { params, body }) {
    const events = body.events === null ? [] : body.events
    const changed = await webhooks.update(scopeOf(principal), params.webhook_id, { ...body, events })
    return { webhook: webhookView(changed) }
  },
})
