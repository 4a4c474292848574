import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.missed',
  group: 'Calls',
  summary: 'A call ended, or came while the device was away, and nobody took or refused it.',
  schema: z.object(callFields),
  example: callExample,
  on: ['call_missed'],
  from: (device, call) => callOf(device, call),
})
