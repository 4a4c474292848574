import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'identity.change',
  group: 'Contacts',
  summary: 'A contact registered again or changed its main device; its security code is new.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('target', 'Who it is'),
    timestamp: fields.instant,
    implicit: z.boolean().describe('Noticed by a key that had changed, not by a notification'),
  }),
  example: { jid: exampleNumber, target: exampleJid, timestamp: exampleInstant, implicit: false },
  on: ['identity_change'],
  from: (device, item) => ({
    jid: ownNumber(device),
    ...person('target', item.of),
    timestamp: rfc3339(item.at),
    implicit: false,
  }),
})
