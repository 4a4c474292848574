import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.accept',
  group: 'Calls',
  summary: 'A call was taken: by the other side, or by another device of the account.',
  schema: z.object(callFields),
  example: callExample,
  on: ['call'],
  from: (device, call) => (call.step === 'accept' ? callOf(device, call) : undefined),
})
