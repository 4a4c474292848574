import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Phone } from '../../schemas/phone.ts'

const withDash = (code: string): string => {
  const plain = code.replace(/[^0-9A-Z]/gi, '').toUpperCase()
  return `${plain.slice(0, 4)}-${plain.slice(4)}`
}

export default defineOperation({
  method: 'POST',
  path: '/devices/me/login-code',
  auth: 'device',
  summary: 'Link the device by a code typed on the phone',
  description:
    'Answers with eight characters to enter in WhatsApp under Linked devices, Link with phone number. A device that is linked already is connected, and the answer carries no data.',
  body: z.object({ phone: Phone.describe('Number of the account to link') }),
  response: z
    .object({
      pair_code: z.string().describe('XXXX-XXXX'),
      timeout: z.int().describe('Seconds for which the code stays valid'),
    })
    .optional(),
  errors: ['invalid_phone', 'passkey_required', 'too_many_pairings', 'whatsapp_error', 'whatsapp_timeout'],
  async run({ sessions, principal }, { body }) {
    const login = await sessions.loginCode(principal.deviceId, body.phone)
    if (login.kind === 'already_linked') return undefined
    return { pair_code: withDash(login.code), timeout: Math.round(login.validForMs / 1000) }
  },
})
