import { z } from 'zod'
import { person, personFields } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid } from '../fields.ts'

export default appStateEvent({
  name: 'contact.update',
  group: 'Contacts',
  summary: 'Somebody was saved on another device, got another name there, or was removed.',
  type: 'contact',
  shape: {
    ...personFields('contact_jid', 'The person'),
    action: z.enum(['update', 'remove']),
    full_name: z.string().describe('Blank when there is none'),
    first_name: z.string(),
  },
  example: {
    contact_jid: exampleJid,
    action: 'update',
    full_name: 'Ada Lovelace',
    first_name: 'Ada',
    action_raw: { fullName: 'Ada Lovelace', firstName: 'Ada' },
  },
  from: ({ who, saved, fullName, firstName }) => ({
    ...person('contact_jid', who),
    action: saved ? ('update' as const) : ('remove' as const),
    full_name: fullName,
    first_name: firstName,
  }),
})
