import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.keepalive_restored',
  group: 'Connection',
  summary: 'WhatsApp answers keep-alive pings again.',
  schema: z.object({ jid: fields.jid }),
  example: { jid: exampleNumber },
  on: ['keepalive_restored'],
  from: (device) => ({ jid: ownNumber(device) }),
})
