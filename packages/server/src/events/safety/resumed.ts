import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, fields, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'safety.resumed',
  group: 'Safety',
  summary: 'A pause of the device has ended: what waited leaves.',
  schema: z.object({
    at: fields.instant,
    reason: z.enum(['requested', 'over']).describe('requested: somebody asked for it. over: its time had come'),
  }),
  example: { at: exampleInstant, reason: 'requested' },
  on: ['resumed'],
  from: (_device, { at, reason }) => ({ at: rfc3339(at), reason }),
})
