import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.client_outdated',
  group: 'Connection',
  summary: 'WhatsApp wants a newer version of WhatsApp Web.',
  schema: z.object({ jid: fields.jid }),
  example: { jid: exampleNumber },
  on: ['state_changed'],
  from: (device, { state }) => (state.name === 'outdated' ? { jid: ownNumber(device) } : undefined),
})
