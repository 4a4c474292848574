import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { Webhook, webhookView } from './webhook-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/webhooks',
  auth: 'owner',
  summary: 'List the webhooks of the device, or of the API key',
  description:
    'An API key does not see the webhooks that its devices have for themselves, nor a device those of its API key.',
  response: z.object({ webhooks: z.array(Webhook) }),
  async run({ webhooks, principal }) {
    return { webhooks: (await webhooks.list(scopeOf(principal))).map(webhookView) }
  },
})
