import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.stream_error',
  group: 'Connection',
  summary: 'WhatsApp ended the connection with an error.',
  schema: z.object({ jid: fields.jid, code: z.string().describe('WhatsApp’s number; blank when there is none') }),
  example: { jid: exampleNumber, code: '503' },
  on: ['state_changed'],
  from: (device, { state }) =>
    state.reason === 'stream_error' ? { jid: ownNumber(device), code: String(state.code ?? '') } : undefined,
})
