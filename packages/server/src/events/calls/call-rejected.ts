import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.reject',
  group: 'Calls',
  summary: 'A call was refused: by the other side, by another device of the account, or by this one.',
  schema: z.object({ ...callFields, auto: z.boolean().optional().describe('The device refused it by itself') }),
  example: { ...callExample, is_from_me: true },
  on: ['call'],
  from: (device, call) =>
    call.step === 'reject' ? { ...callOf(device, call), auto: call.reason === 'auto_reject' || undefined } : undefined,
})
