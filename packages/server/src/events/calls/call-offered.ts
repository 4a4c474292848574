import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.offer',
  group: 'Calls',
  summary: 'Somebody calls.',
  schema: z.object(callFields),
  example: callExample,
  on: ['call'],
  from: (device, call) => (call.step === 'offer' ? callOf(device, call) : undefined),
})
