import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'blocklist.change',
  group: 'Contacts',
  summary: 'People were blocked or unblocked on another device.',
  schema: z.object({
    jid: fields.jid,
    action: z.string().describe('Blank: see `changes`. `modify`: read the whole list again'),
    changes: z.array(z.object({ ...personFields('target', 'Who it is'), action: z.enum(['block', 'unblock']) })),
    timestamp: fields.instant,
  }),
  example: {
    jid: exampleNumber,
    action: '',
    changes: [{ target: exampleJid, action: 'block' }],
    timestamp: exampleInstant,
  },
  on: ['person_change'],
  from: (device, { at, change }) =>
    change.type === 'blocklist'
      ? {
          jid: ownNumber(device),
          action: change.reload ? 'modify' : '',
          changes: change.changes.map(({ who, blocked }) => ({
            ...person('target', who),
            action: blocked ? ('block' as const) : ('unblock' as const),
          })),
          timestamp: rfc3339(at),
        }
      : undefined,
})
