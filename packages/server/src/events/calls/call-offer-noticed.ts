import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { callExample, callFields, callOf } from './call-fields.ts'

export default defineEvent({
  name: 'call.offer_notice',
  group: 'Calls',
  summary: 'A call came that the device does not ring for: of a group, or one that came while it was away.',
  schema: z.object({ ...callFields, type: z.string().describe('`group` for group calls') }),
  example: { ...callExample, type: '' },
  on: ['call'],
  from: (device, call) =>
    call.step === 'offer_notice' ? { ...callOf(device, call), type: call.isGroup ? 'group' : '' } : undefined,
})
