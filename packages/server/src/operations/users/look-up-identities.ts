import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'
import { person, personFields, username } from '../../schemas/person.ts'

const maxPeople = 100

export default defineOperation({
  method: 'GET',
  path: '/identities',
  auth: 'device',
  summary: 'Number and LID of people, as far as they are known here',
  description:
    'WhatsApp is not asked: a person who is not known has one address only, and a user name that nobody known has is left out. `POST /users/me/contacts/sync` asks WhatsApp.',
  query: z.object({
    people: z
      .string()
      .max(maxPeople * 40)
      .regex(/\S/, 'must not be blank')
      .transform((text, context) => {
        const wanted = text.split(',').map((each) => each.trim())
        const read = wanted.map((each) => PersonAddress.safeParse(each))
        const wrong = wanted.find((_, index) => !read[index]?.success)
        if (wrong === undefined && wanted.length <= maxPeople) return read.flatMap(({ data }) => data ?? [])
        const message =
          wrong === undefined ? `names more than ${maxPeople}` : `"${wrong}" is not the address of a person`
        context.addIssue({ code: 'custom', message })
        return z.NEVER
      })
      .meta({
        description: 'Numbers, addresses, LIDs or user names, with commas between them',
        examples: ['4917087654321,123456789012345@lid'],
      }),
  }),
  response: z.array(
    z.object({
      ...personFields('jid', 'Number of the person; the LID where no number is known'),
      username: username('User name').optional(),
    }),
  ),
  async run({ addresses, contactBook, sessions, usernames: handles, principal }, { query }) {
    const { deviceId } = principal
    const found = await Promise.all(
      query.people.map((who) => (who.startsWith('@') ? handles.known(deviceId, who) : who)),
    )
    const named = found.filter((jid) => jid !== undefined)
    const both = await addresses.lookUp(deviceId, named, sessions.account(deviceId))
    const people = named.map(both)
    const usernames = await contactBook.usernames(
      deviceId,
      people.map(({ jid }) => jid),
    )
    return people.map((who) => ({ ...person('jid', who), username: usernames.get(who.jid) }))
  },
})
