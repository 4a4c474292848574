import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'newsletter.mute_change',
  group: 'Newsletters',
  summary: 'A channel was muted or unmuted for the account, here or on another of its devices.',
  schema: z.object({
    jid: fields.jid,
    newsletter_jid: z.string().describe('Address of the channel'),
    mute: z.enum(['on', 'off']),
  }),
  example: { jid: exampleNumber, newsletter_jid: '120363012345678901@newsletter', mute: 'on' },
  on: ['channel_change'],
  from: (device, { channel, change }) =>
    change.type === 'muted'
      ? { jid: ownNumber(device), newsletter_jid: channel, mute: change.value ? ('on' as const) : ('off' as const) }
      : undefined,
})
