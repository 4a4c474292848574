import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { PasskeyProgress, progressOf } from './passkey-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/login/passkey/confirm',
  auth: 'device',
  summary: 'Say whether the phone shows the same code',
  description:
    'For the code of `GET /devices/me/login/passkey`. If the phone shows another one, somebody stands between it and this server: answer `false`, and nothing is linked.',
  body: z.object({ same: z.boolean().describe('Whether a person saw the same code on the phone') }),
  response: PasskeyProgress,
  errors: ['passkey_not_pending', 'whatsapp_timeout'],
  async run({ sessions, principal }, { body }) {
    return progressOf(await sessions.confirmPasskey(principal.deviceId, body.same))
  },
})
