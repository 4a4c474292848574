import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { Phone } from '../../schemas/phone.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/contacts/{phone}/registered',
  auth: 'device',
  group: 'Device',
  summary: 'Whether a number has a WhatsApp account',
  needs: { contacts: ability('contacts') },
  params: z.object({ phone: Phone }),
  response: z.object({
    is_registered: z.boolean(),
    jid: z.string().describe('Address of the account; blank when there is none'),
    phone: z.string(),
    lid: z.string().optional(),
  }),
  errors: ['invalid_phone'],
  async run({ sessions, principal }, { params }) {
    const found = await sessions.registration(principal.deviceId, params.phone)
    if (!found) throw new AppError('whatsapp_error', 'WhatsApp gave no answer for this number')
    return {
      is_registered: found.registered,
      jid: found.jid ?? '',
      phone: params.phone,
      ...(found.lid && { lid: found.lid }),
    }
  },
})
