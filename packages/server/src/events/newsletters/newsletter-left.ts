import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'newsletter.leave',
  group: 'Newsletters',
  summary: 'The account does not follow a channel any more.',
  schema: z.object({
    jid: fields.jid,
    newsletter_jid: z.string().describe('Address of the channel'),
    role: z.enum(['owner', 'admin', 'subscriber', 'guest']).describe('What the account is in it now'),
  }),
  example: { jid: exampleNumber, newsletter_jid: '120363012345678901@newsletter', role: 'guest' },
  on: ['channel_change'],
  from: (device, { channel, change }) =>
    change.type === 'left' ? { jid: ownNumber(device), newsletter_jid: channel, role: change.role } : undefined,
})
