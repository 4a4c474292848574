import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.terminate',
  group: 'Calls',
  summary: 'A call is over.',
  schema: z.object({
    ...callFields,
    reason: z.string().describe('WhatsApp’s word, such as timeout, hangup or accepted_elsewhere'),
  }),
  example: { ...callExample, reason: 'timeout' },
  on: ['call'],
  from: (device, call) =>
    call.step === 'terminate' ? { ...callOf(device, call), reason: call.reason ?? '' } : undefined,
})
