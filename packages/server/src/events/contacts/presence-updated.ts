import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'presence.update',
  group: 'Contacts',
  summary: 'A person with a subscribed presence went online or offline.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('from', 'Who it is'),
    unavailable: z.boolean(),
    last_seen: z.string().describe('RFC 3339; 0001-01-01T00:00:00Z when hidden'),
  }),
  example: { jid: exampleNumber, from: exampleJid, unavailable: true, last_seen: exampleInstant },
  on: ['presence'],
  repeats: 'Each time that WhatsApp reports it. What was missed meanwhile does not come later.',
  from: (device, item) => ({
    jid: ownNumber(device),
    ...person('from', item.from),
    unavailable: !item.available,
    last_seen: item.lastSeenAt === undefined ? '0001-01-01T00:00:00Z' : rfc3339(item.lastSeenAt),
  }),
})
