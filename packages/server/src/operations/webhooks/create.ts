import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { EventFilter, Webhook, WebhookSecret, WebhookUrl, webhookView } from './webhook-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/webhooks',
  auth: 'owner',
  summary: 'Register a webhook',
  description:
    'Events are sent by POST, signed with the secret, in order and at least once. With the token of a device, the events of this device; with an API key, those of all of its devices, also of devices that are added later, in the order of each device. The secret is shown in this answer and never again.',
  body: z.object({
    url: WebhookUrl,
    events: EventFilter.nullish(),
    secret: WebhookSecret.nullish().describe(
      'A secret of your own, 16 to 256 characters; with `whsec_` in front the rest is base64. One is made when absent.',
    ),
    active: z.boolean().default(true),
  }),
  response: Webhook.extend({ secret: z.string().describe('Signs what this webhook is sent. Keep it now.') }).meta({
    id: 'WebhookWithSecret',
  }),
  status: 201,
  message: 'Webhook created',
  errors: ['invalid_webhook_url', 'webhook_limit_reached'],
  async run({ webhooks, principal }, { body }) {
    const { webhook, secret } = await webhooks.create(scopeOf(principal), {
      url: body.url,
      events: body.events ?? [],
      secret: body.secret ?? undefined,
      active: body.active,
    })
    return { ...webhookView(webhook), secret }
  },
})
