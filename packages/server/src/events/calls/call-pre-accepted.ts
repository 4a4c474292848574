import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.pre_accept',
  group: 'Calls',
  summary: 'A device of the other side rings.',
  schema: z.object(callFields),
  example: callExample,
  on: ['call'],
  repeats: 'Once for each device of the other side that rings.',
  from: (device, call) => (call.step === 'pre_accept' ? callOf(device, call) : undefined),
})
