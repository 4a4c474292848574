import type { ChannelChange } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

const news = (change: ChannelChange) => {
  switch (change.type) {
    case 'muted':
      return { mute: change.value ? ('on' as const) : ('off' as const) }
    case 'described':
      return { name: change.name, description: change.description, picture_id: change.pictureId }
    case 'state':
      return { state: change.state }
    default:
      return undefined
  }
}

export default defineEvent({
  name: 'newsletter.update',
  group: 'Newsletters',
  summary:
    'Something about a channel changed: whether it is muted, its name, description and picture, or its state. Only what changed is there. newsletter.mute_change is raised as well for the first.',
  schema: z.object({
    jid: fields.jid,
    newsletter_jid: z.string().describe('Address of the channel'),
    mute: z.enum(['on', 'off']).optional(),
    name: z.string().optional(),
    description: z.string().optional(),
    picture_id: z.string().optional().describe('Blank: it has none'),
    state: z.string().optional().describe('WhatsApp’s word, such as `deleted`'),
  }),
  example: { jid: exampleNumber, newsletter_jid: '120363012345678901@newsletter', mute: 'on' },
  on: ['channel_change'],
  from(device, { channel, change }) {
    const changed = news(change)
    return changed && { jid: ownNumber(device), newsletter_jid: channel, ...changed }
  },
})
