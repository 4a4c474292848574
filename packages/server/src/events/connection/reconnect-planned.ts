import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'connection.reconnecting',
  group: 'Connection',
  summary: 'The gateway will connect the device again.',
  schema: z.object({
    jid: fields.jid,
    attempt: z
      .int()
      .describe('How often in a row it has come to this: connections that broke at once, or attempts that failed'),
    retry_at: fields.instant,
    reason: z.string().describe('What ended the connection, or kept it from being made'),
  }),
  example: { jid: exampleNumber, attempt: 1, retry_at: exampleInstant, reason: 'connection_lost' },
  on: ['reconnect_planned'],
  repeats: 'Once when a connection ends, or when the first attempt fails; not at each later attempt.',
  from: (device, plan) => ({
    jid: ownNumber(device),
    attempt: plan.attempt,
    retry_at: rfc3339(plan.retryAt),
    reason: plan.reason,
  }),
})
