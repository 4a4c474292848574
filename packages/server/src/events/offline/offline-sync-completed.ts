import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'offline.sync_completed',
  group: 'Offline',
  summary: 'All that waited while the device was away was delivered.',
  schema: z.object({ jid: fields.jid, count: z.int() }),
  example: { jid: exampleNumber, count: 3 },
  on: ['offline'],
  from: (device, { phase, counts }) => (phase === 'end' ? { jid: ownNumber(device), count: counts.total } : undefined),
})
