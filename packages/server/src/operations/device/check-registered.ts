import { isPhoneJid } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { NumberOrLid } from '../../schemas/phone.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/contacts/{phone}/registered',
  auth: 'device',
  summary: 'Whether a number has a WhatsApp account',
  description:
    'Takes the number in any notation, or an address of the person; a LID only when its number is known here.',
  needs: { contacts: ability('contacts') },
  params: z.object({ phone: NumberOrLid }),
  response: z.object({
    is_registered: z.boolean(),
    jid: z
      .string()
      .describe('Address of the account, which may be another number than the one asked for; blank when there is none'),
    phone: z.string(),
    lid: z.string().optional(),
  }),
  errors: ['invalid_phone'],
  async run({ numbers, addresses, principal }, { params }) {
    const person = await addresses.canonical(principal.deviceId, params.phone)
    if (!isPhoneJid(person)) throw new AppError('invalid_phone', 'The number behind this LID is not known here')
    const phone = person.replace(/@.*/, '')
    const found = await numbers.registration(principal.deviceId, phone)
    if (!found) throw new AppError('whatsapp_error', 'WhatsApp gave no answer for this number')
    return {
      is_registered: found.registered,
      jid: found.jid ?? '',
      phone,
      ...(found.lid && { lid: found.lid }),
    }
  },
})
