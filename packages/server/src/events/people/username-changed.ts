import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'contact.username_changed',
  group: 'Contacts',
  summary: 'A person has another user name, or gave it up.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('target', 'The person'),
    username: z.string().describe('Without @; blank: none any more'),
    timestamp: fields.instant,
  }),
  example: { jid: exampleNumber, target: exampleJid, username: 'ada.lovelace', timestamp: exampleInstant },
  on: ['person_change'],
  from: (device, { at, change }) =>
    change.type === 'username'
      ? { jid: ownNumber(device), ...person('target', change.of), username: change.username, timestamp: rfc3339(at) }
      : undefined,
})
