import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'

export default defineEvent({
  name: 'test.ping',
  group: 'Webhooks',
  summary: 'The test route of a webhook was called; only that webhook gets it.',
  schema: z.object({ message: z.string(), webhook_id: z.int().describe('The webhook that is tested') }),
  example: { message: 'This is a test', webhook_id: 1 },
  on: ['ping_requested'],
  repeats: 'With each call of the route.',
  from: (_device, ping) => ({ message: 'This is a test', webhook_id: ping.webhookId }),
})
