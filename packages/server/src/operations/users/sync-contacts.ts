import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { username } from '../../schemas/person.ts'
import { Phone } from '../../schemas/phone.ts'

export default defineOperation({
  method: 'POST',
  path: '/users/me/contacts/sync',
  auth: 'device',
  summary: 'Which of many numbers have a WhatsApp account',
  description: 'WhatsApp is asked about WHATSAPP_ISON_BATCH_SIZE numbers at a time.',
  needs: { contacts: ability('contacts'), people: ability('people') },
  body: z.object({
    phones: z
      .array(Phone)
      .min(1)
      .max(1000)
      .meta({ examples: [['4917087654321', '4917012345678']] }),
  }),
  response: z.array(
    z.object({
      phone: z.string().describe('Digits, as asked'),
      is_registered: z.boolean(),
      jid: z.string().optional().describe('The address that WhatsApp uses, which may differ from the number as asked'),
      lid: z.string().optional(),
      username: username('User name').optional(),
      verified_name: z.string().optional().describe('Name that WhatsApp confirmed of a business'),
    }),
  ),
  errors: ['invalid_phone'],
  async run({ people, sessions, principal }, { body }) {
    const asked = [...new Set(body.phones)]
    const found = await sessions.registrations(principal.deviceId, asked)
    const jids = [...found.values()].flatMap(({ jid }) => (jid ? [jid] : []))
    const names = new Map((await people.info(jids)).map(({ who, verifiedName }) => [who.jid, verifiedName]))
    return asked.flatMap((phone) => {
      const registration = found.get(phone)
      if (!registration) return []
      const { registered, jid, lid, username: name } = registration
      const verified = jid && names.get(jid)
      return [
        {
          ...{ phone, is_registered: registered },
          ...(jid && { jid }),
          ...(lid && { lid }),
          ...(name && { username: name }),
          ...(verified && { verified_name: verified }),
        },
      ]
    })
  },
})
