import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { WebhookPath } from './webhook-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/webhooks/{webhook_id}/test',
  auth: 'owner',
  summary: 'Send a test event to one webhook',
  description:
    'Raises `test.ping` for this webhook alone, whatever its filter says, and sends it at once, whatever waits. The logs tell the outcome under `event_id`. A test that is delivered also wakes a webhook that failed deliveries have paused. The test of a webhook of an API key is an event of its first device; without a device there is none.',
  params: WebhookPath,
  response: z.object({ event_id: z.string() }),
  message: 'Test event queued',
  errors: ['webhook_not_found', 'webhook_inactive', 'device_not_found'],
  async run({ webhooks, principal }, { params }) {
    return { event_id: await webhooks.test(scopeOf(principal), params.webhook_id) }
  },
})
