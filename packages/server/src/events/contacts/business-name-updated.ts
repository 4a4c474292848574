import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'business.name_update',
  group: 'Contacts',
  summary: 'WhatsApp confirms another name of a business.',
  schema: z.object({
    jid: fields.jid,
    ...personFields('target', 'The business'),
    old: z.string().describe('Blank when none was known'),
    new: z.string().describe('Blank: it is a business no longer'),
  }),
  example: { jid: exampleNumber, target: exampleJid, old: 'Corner Shop', new: 'Corner Shop & Sons' },
  on: ['business_name_changed'],
  from: (device, { of, before, name }) => ({
    jid: ownNumber(device),
    ...person('target', of),
    old: before,
    new: name,
  }),
})
