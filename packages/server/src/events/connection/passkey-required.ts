import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { optionsJson, PasskeyOptionsJson } from '../../schemas/passkey.ts'
import { exampleInstant, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'connection.passkey_required',
  group: 'Connection',
  summary: 'A phone took the code, and WhatsApp links the account only with its passkey. Send what its owner signed.',
  schema: z.object({
    jid: fields.jid,
    public_key: PasskeyOptionsJson,
    expires_at: fields.instant.describe('Until when it counts, RFC 3339'),
  }),
  example: {
    jid: '',
    public_key: { challenge: 'q83v…', rpId: 'whatsapp.com', allowCredentials: [], userVerification: 'required' },
    expires_at: exampleInstant,
  },
  on: ['passkey_required'],
  from: (device, { request }) => ({
    jid: ownNumber(device),
    public_key: optionsJson(request),
    expires_at: rfc3339(request.expiresAt),
  }),
})
