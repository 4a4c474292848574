import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'pushname.setting',
  group: 'Contacts',
  summary: 'The own name was changed on another device.',
  schema: z.object({
    jid: fields.jid,
    timestamp: fields.instant,
    from_full: z.boolean().describe('Replayed from a full synchronisation'),
    push_name: z.string(),
    action_raw: z.object({ name: z.string() }).nullable(),
  }),
  example: {
    jid: exampleNumber,
    timestamp: exampleInstant,
    from_full: false,
    push_name: 'Shop',
    action_raw: { name: 'Shop' },
  },
  on: ['push_name'],
  from: (device, item) =>
    item.own
      ? {
          jid: ownNumber(device),
          timestamp: rfc3339(item.at),
          from_full: false,
          push_name: item.name,
          action_raw: { name: item.name },
        }
      : undefined,
})
