import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'pushname.update',
  group: 'Contacts',
  summary: 'A contact changed its name.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('target', 'Who it is'),
    target_alt: z.string().describe('Other form of the address; blank when not known'),
    old: z.string().describe('Blank when not known'),
    new: z.string(),
  }),
  example: { jid: exampleNumber, target: exampleJid, target_alt: '', old: '', new: 'Ada' },
  on: ['push_name'],
  from: (device, item) => ({
    jid: ownNumber(device),
    ...person('target', item.of),
    target_alt: item.of.lid ?? '',
    old: '',
    new: item.name,
  }),
})
