import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.transport',
  group: 'Calls',
  summary: 'The two sides of a call agree on how they reach each other.',
  schema: z.object(callFields),
  example: callExample,
  on: ['call'],
  repeats: 'Several times in a call.',
  from: (device, call) => (call.step === 'transport' ? callOf(device, call) : undefined),
})
