import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Webhook, webhookView } from './webhook-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/webhooks',
  auth: 'device',
  summary: 'List the webhooks of the device',
  response: z.object({ webhooks: z.array(Webhook) }),
  async run({ webhooks, principal }) {
    return { webhooks: (await webhooks.list(principal.deviceId)).map(webhookView) }
  },
})
