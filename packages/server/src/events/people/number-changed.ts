import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'contact.number_changed',
  group: 'Contacts',
  summary: 'A person has another number now.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('old', 'The former number'),
    ...personFields('new', 'The number as of now'),
    timestamp: fields.instant,
  }),
  example: {
    jid: exampleNumber,
    old: exampleJid,
    new: '4917099999999@s.whatsapp.net',
    timestamp: exampleInstant,
  },
  on: ['person_change'],
  from: (device, { at, change }) =>
    change.type === 'number'
      ? {
          jid: ownNumber(device),
          ...person('old', change.before),
          ...person('new', change.after),
          timestamp: rfc3339(at),
        }
      : undefined,
})
