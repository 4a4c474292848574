import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { WebhookPath, WebhookSecret } from './webhook-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/webhooks/{webhook_id}/secret',
  auth: 'owner',
  destructive: true,
  summary: 'Give a webhook a new secret',
  description:
    'For 24 hours `webhook-signature` holds a signature by each of the two secrets. `X-Webhook-Signature` and `X-Hub-Signature-256`, which have room for one, use the new one at once.',
  params: WebhookPath,
  body: z.object({ secret: WebhookSecret.nullish().describe('A secret of your own; one is made when absent') }),
  response: z.object({
    secret: z.string().describe('Shown once: keep it now'),
    previous_secret_until: Instant,
  }),
  message: 'Secret changed',
  errors: ['webhook_not_found'],
  async run({ webhooks, principal }, { params, body }) {
    const { secret, previousUntil } = await webhooks.rotateSecret(
      scopeOf(principal),
      params.webhook_id,
      body.secret ?? undefined,
    )
    return { secret, previous_secret_until: previousUntil }
  },
})
