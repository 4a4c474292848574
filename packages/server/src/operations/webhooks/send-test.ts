import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { WebhookPath } from './webhook-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/webhooks/{webhook_id}/test',
  auth: 'device',
  summary: 'Send a test event to one webhook',
  description:
    'Raises `test.ping` for this webhook alone, whatever its filter says, and sends it at once, whatever waits. The logs tell the outcome under `event_id`. A test that is delivered also wakes a webhook that failed deliveries have paused.',
  params: WebhookPath,
  response: z.object({ event_id: z.string() }),
  message: 'Test event queued',
  errors: ['webhook_not_found', 'webhook_inactive'],
  async run({ webhooks, principal }, { params }) {
    return { event_id: await webhooks.test(principal.deviceId, params.webhook_id) }
  },
})
