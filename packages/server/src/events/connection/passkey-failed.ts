import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.passkey_failed',
  group: 'Connection',
  summary: 'WhatsApp asked for the passkey of the account, and nothing was linked. Log in again.',
  schema: z.object({
    jid: fields.jid,
    reason: z
      .string()
      .describe(
        '`passkey_expired`, `passkey_refused`, `passkey_mismatch`, `passkey_unreadable`, or that of a connection which ended',
      ),
    error: z.string().describe('In words'),
  }),
  example: { jid: '', reason: 'passkey_expired', error: 'the time for the passkey is over' },
  on: ['state_changed'],
  from: (device, { state }) =>
    state.name === 'passkey_failed'
      ? { jid: ownNumber(device), reason: state.reason ?? state.name, error: state.detail ?? state.reason ?? '' }
      : undefined,
})
