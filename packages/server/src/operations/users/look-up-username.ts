import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { person, personFields, username } from '../../schemas/person.ts'
import { usernamePattern } from '../../schemas/read-address.ts'

export default defineOperation({
  method: 'GET',
  path: '/usernames/{username}',
  auth: 'device',
  summary: 'Whom a user name leads to',
  description: 'WhatsApp is asked. A user name leads to a LID; the number comes with it when it is known here.',
  params: z.object({
    username: z
      .string()
      .max(40)
      .regex(usernamePattern, 'is not a user name')
      .transform((text) => text.replace(/^@/, ''))
      .meta({ description: 'With or without @', examples: ['ada.lovelace'] }),
  }),
  query: z.object({
    key: z
      .string()
      .regex(/^\d{4}$/, 'is not four digits')
      .optional()
      .describe('The four digits without which some user names lead to nobody'),
  }),
  response: z.object({
    ...personFields('jid', 'Who it is'),
    username: username('User name'),
    is_business: z.boolean(),
  }),
  needs: { contacts: ability('contacts') },
  errors: ['username_not_found', 'username_key_needed'],
  async run({ usernames, addresses, principal: { deviceId } }, { params, query: { key } }) {
    const handle = { name: params.username, ...(key !== undefined && { key }) }
    const { jid, username: name, isBusiness } = await usernames.ask(deviceId, handle)
    const both = await addresses.lookUp(deviceId, [jid])
    return { ...person('jid', both(jid)), username: name, is_business: isBusiness }
  },
})
