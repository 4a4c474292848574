import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { connectFailure, isConnectFailure } from '../connect-failure-text.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.connect_failure',
  group: 'Connection',
  summary: 'WhatsApp refused the connection, or could not be reached.',
  schema: z.object({
    jid: fields.jid,
    reason: z.string().describe('Code and words'),
    message: z.string().describe('The words alone'),
  }),
  example: { jid: exampleNumber, reason: '500: internal error', message: 'internal error' },
  on: ['state_changed'],
  after: 'connection.disconnected',
  repeats: 'Once in an outage, when it begins; not at each later attempt.',
  from: (device, { state }) =>
    isConnectFailure(state)
      ? { jid: ownNumber(device), reason: connectFailure(state), message: state.detail ?? state.reason ?? state.name }
      : undefined,
})
