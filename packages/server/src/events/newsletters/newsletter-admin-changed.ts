import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { optionalPersonFields, person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'newsletter.admin_update',
  group: 'Newsletters',
  summary: 'Somebody runs a channel now, runs it no longer, or an invitation to run it was taken back.',
  schema: z.object({
    jid: fields.jid,
    newsletter_jid: z.string().describe('Address of the channel'),
    change: z.enum(['role', 'invitation_revoked']),
    ...personFields('user', 'Whom it is about'),
    ...optionalPersonFields('by', 'Who did it'),
    role: z
      .enum(['owner', 'admin', 'subscriber', 'guest'])
      .optional()
      .describe('What that person is in it now; absent for an invitation'),
  }),
  example: {
    ...{ jid: exampleNumber, newsletter_jid: '120363012345678901@newsletter' },
    ...{ change: 'role', user: exampleJid, role: 'admin' },
  },
  on: ['channel_change'],
  from(device, { channel, change }) {
    if (change.type !== 'role' && change.type !== 'invitation_revoked') return undefined
    return {
      ...{ jid: ownNumber(device), newsletter_jid: channel, change: change.type },
      ...person('user', change.who),
      ...person('by', change.by),
      ...(change.type === 'role' && { role: change.role }),
    }
  },
})
