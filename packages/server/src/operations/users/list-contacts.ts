import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { limit } from '../../schemas/limit.ts'
import { AddressCursor, addressCursor } from '../../schemas/page-cursor.ts'
import { person, personFields, username as usernameField } from '../../schemas/person.ts'
import { words } from '../../schemas/text.ts'

export default defineOperation({
  method: 'GET',
  path: '/users/me/contacts',
  auth: 'device',
  summary: 'People with names that are known here',
  description:
    'They are learned from messages, history and the phone’s address book. The device need not be connected.',
  query: z.object({
    limit: limit(50, 200),
    cursor: AddressCursor.optional().describe('`next_cursor` of the page before'),
    search: words(100).optional().describe('Part of a name or number'),
  }),
  response: z.object({
    contacts: z.array(
      z.object({
        ...personFields('jid', 'Number of the person'),
        push_name: z.string().describe('What the person chose'),
        full_name: z.string().describe('What the phone’s address book says'),
        first_name: z.string(),
        business_name: z.string().describe('What WhatsApp confirmed'),
        username: usernameField('User name; blank when none is known'),
      }),
    ),
    next_cursor: z.string().optional().describe('Where the next page begins; absent on the last'),
  }),
  async run({ addresses, contactBook, principal }, { query }) {
    const { deviceId } = principal
    const found = await contactBook.list(deviceId, {
      limit: query.limit + 1,
      ...(query.cursor !== undefined && { after: query.cursor }),
      ...(query.search !== undefined && { text: query.search }),
    })
    const page = found.slice(0, query.limit)
    const last = page.at(-1)
    const both = await addresses.lookUp(
      deviceId,
      page.map(({ jid }) => jid),
    )
    return {
      contacts: page.map(({ jid, pushName, fullName, firstName, businessName, username }) => ({
        ...person('jid', both(jid)),
        push_name: pushName,
        full_name: fullName,
        first_name: firstName,
        business_name: businessName,
        username,
      })),
      ...(found.length > page.length && last && { next_cursor: addressCursor(last.jid) }),
    }
  },
})
