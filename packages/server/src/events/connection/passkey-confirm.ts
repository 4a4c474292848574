import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'connection.passkey_confirm',
  group: 'Connection',
  summary:
    'The passkey is signed, and a person must compare this code with that on the phone. Not raised where signing took less than five minutes: the phone then knows who showed the code.',
  schema: z.object({
    jid: fields.jid,
    code: z.string().describe('XXXX-XXXX'),
    expires_at: fields.instant.describe('Until when it counts, RFC 3339'),
  }),
  example: { jid: '', code: 'K7RT-2MXW', expires_at: exampleInstant },
  on: ['passkey_code'],
  from: (device, { code, expiresAt }) => ({
    jid: ownNumber(device),
    code,
    expires_at: rfc3339(expiresAt),
  }),
})
