import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'connection.keepalive_timeout',
  group: 'Connection',
  summary: 'WhatsApp did not answer a keep-alive ping.',
  schema: z.object({
    jid: fields.jid,
    error_count: z.int().describe('Consecutive failures'),
    last_success: fields.instant,
  }),
  example: { jid: exampleNumber, error_count: 1, last_success: exampleInstant },
  on: ['keepalive_missed'],
  repeats: 'With each ping that is not answered.',
  from: (device, missed) => ({
    jid: ownNumber(device),
    error_count: missed.errorCount,
    last_success: rfc3339(missed.lastSuccessAt),
  }),
})
