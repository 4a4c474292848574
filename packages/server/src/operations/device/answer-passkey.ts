import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { PasskeyCredential } from '../../schemas/passkey.ts'
import { PasskeyProgress, progressOf } from './passkey-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/login/passkey/response',
  auth: 'device',
  summary: 'Hand over what the passkey signed',
  description:
    'Takes what the browser answered. An answer to another challenge is refused and spoils nothing; one that WhatsApp does not take ends the pairing. The answer of this request waits a few seconds for the phone.',
  body: z.object({ credential: PasskeyCredential.describe('What `credential.toJSON()` gives in the browser') }),
  response: PasskeyProgress,
  errors: ['passkey_not_pending', 'passkey_refused', 'whatsapp_timeout'],
  async run({ sessions, principal }, { body }) {
    return progressOf(await sessions.answerPasskey(principal.deviceId, body.credential))
  },
})
