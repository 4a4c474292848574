import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

const role = z.enum(['owner', 'admin', 'subscriber', 'guest'])

export default defineEvent({
  name: 'newsletter.join',
  group: 'Newsletters',
  summary: 'The account follows a channel now, or runs it, by this device or another.',
  schema: z.object({
    jid: fields.jid,
    newsletter_jid: z.string().describe('Address of the channel'),
    name: z.string(),
    role: role.describe('What the account is in it'),
  }),
  example: { jid: exampleNumber, newsletter_jid: '120363012345678901@newsletter', name: 'News', role: 'subscriber' },
  on: ['channel_change'],
  from: (device, { channel, change }) =>
    change.type === 'followed'
      ? { jid: ownNumber(device), newsletter_jid: channel, name: change.name, role: change.role }
      : undefined,
})
