import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { optionalPersonFields, person, personFields } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'picture.update',
  group: 'Contacts',
  summary: 'The picture of a person or a group changed.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('target', 'The person or the group'),
    ...optionalPersonFields('author', 'Who changed it'),
    timestamp: fields.instant,
    removed: z.boolean().describe('There is no picture any more'),
    picture_id: z.string().describe('Blank when it was removed'),
  }),
  example: {
    jid: exampleNumber,
    target: exampleJid,
    author: exampleJid,
    timestamp: exampleInstant,
    removed: false,
    picture_id: '1772366400',
  },
  on: ['person_change'],
  from: (device, { at, change }) =>
    change.type === 'picture'
      ? {
          jid: ownNumber(device),
          ...person('target', change.of),
          ...person('author', change.by),
          timestamp: rfc3339(at),
          removed: change.id === '',
          picture_id: change.id,
        }
      : undefined,
})
