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
    'WhatsApp is not asked: a person who is not known has one address only. `POST /users/me/contacts/sync` asks WhatsApp.',
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
        description: 'Numbers, addresses or LIDs, with commas between them',
        examples: ['4917087654321,123456789012345@lid'],
      }),
  }),
  response: z.array(
    z.object({
      ...personFields('jid', 'Number of the person; the LID where no number is known'),
      username: username('User name').optional(),
    }),
  ),
  async run({ addresses, contactBook, sessions, principal }, { query }) {
    const { deviceId } = principal
    const both = await addresses.lookUp(deviceId, query.people, sessions.account(deviceId))
    const people = query.people.map(both)
    const usernames = await contactBook.usernames(
      deviceId,
      people.map(({ jid }) => jid),
    )
    return people.map((who) => ({ ...person('jid', who), username: usernames.get(who.jid) }))
  },
})
