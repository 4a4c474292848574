import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'user.about',
  group: 'Contacts',
  summary: 'The about text of a person changed.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('target', 'The person'),
    status: z.string().describe('The new text'),
    timestamp: fields.instant,
  }),
  example: { jid: exampleNumber, target: exampleJid, status: 'At work', timestamp: exampleInstant },
  on: ['person_change'],
  from: (device, { at, change }) =>
    change.type === 'about'
      ? {
          jid: ownNumber(device),
          ...person('target', change.of),
          status: change.text,
          timestamp: rfc3339(at),
        }
      : undefined,
})
