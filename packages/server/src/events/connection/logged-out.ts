import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.logged_out',
  group: 'Connection',
  summary: 'The link was removed, on the phone or by WhatsApp. Log in again.',
  schema: z.object({ jid: fields.jid, reason: z.string().optional().describe('In words, or WhatsApp’s number') }),
  example: { jid: exampleNumber, reason: 'removed on the phone' },
  on: ['state_changed'],
  from: (device, { state }) =>
    state.name === 'logged_out'
      ? { jid: ownNumber(device), reason: state.detail ?? (state.code === undefined ? undefined : String(state.code)) }
      : undefined,
})
