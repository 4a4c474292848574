import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'

export default defineEvent({
  name: 'webhook.disabled',
  group: 'Webhooks',
  summary:
    'A webhook was switched off because its endpoint is gone or failed for five days. The other webhooks of the device get this event.',
  schema: z.object({
    webhook_id: z.int().describe('The webhook that was switched off'),
    url: z.string(),
    reason: z.enum(['gone', 'failing']).describe('gone: it answered 410. failing: nothing was delivered for five days'),
  }),
  example: { webhook_id: 1, url: 'https://example.com/hook', reason: 'gone' },
  on: ['webhook_disabled'],
  from: (_device, { webhookId, url, reason }) => ({ webhook_id: webhookId, url, reason }),
})
