import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'pushname.update',
  group: 'Contacts',
  summary: 'Somebody gave themselves another name: a message shows it.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('target', 'Who it is'),
    target_alt: z.string().describe('Other form of the address; blank when not known'),
    old: z.string(),
    new: z.string(),
  }),
  example: { jid: exampleNumber, target: exampleJid, target_alt: '', old: 'Ada', new: 'Ada L.' },
  on: ['push_name_changed'],
  from: (device, item) => ({
    jid: ownNumber(device),
    ...person('target', item.of),
    target_alt: item.of.lid ?? '',
    old: item.before,
    new: item.name,
  }),
})
