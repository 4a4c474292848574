import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.unknown',
  group: 'Calls',
  summary: 'A step of a call that has no name here.',
  schema: z.object({ ...callFields, step: z.string().describe('WhatsApp’s word for it') }),
  example: { ...callExample, step: 'mute_v2' },
  on: ['call'],
  from: (device, call) => (call.step === 'unknown' ? { ...callOf(device, call), step: call.name } : undefined),
})
