import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { optionsJson, PasskeyOptionsJson } from '../../schemas/passkey.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/login/passkey',
  auth: 'device',
  summary: 'What the passkey of the account is to sign',
  description:
    'Some accounts are linked only with their passkey: after a phone took the code, WhatsApp asks for a signature that a browser gives on a page of WhatsApp alone. The page of a pairing link leads its reader through it; the guide says how to do it with a page of your own.',
  response: z.object({
    state: z.enum(['passkey_required', 'passkey_confirm']),
    public_key: PasskeyOptionsJson,
    code: z
      .string()
      .nullable()
      .describe('XXXX-XXXX: what the phone must show too; null when there is nothing to compare'),
    expires_at: Instant.describe('Until when it counts'),
  }),
  errors: ['passkey_not_pending'],
  async run({ sessions, principal }) {
    const passkey = sessions.passkey(principal.deviceId)
    const { name } = sessions.status(principal.deviceId).state
    if (!passkey || (name !== 'passkey_required' && name !== 'passkey_confirm'))
      throw new AppError('passkey_not_pending')
    const { request, code } = passkey
    return {
      state: name,
      public_key: optionsJson(request),
      code: code ?? null,
      expires_at: Math.round(request.expiresAt),
    }
  },
})
