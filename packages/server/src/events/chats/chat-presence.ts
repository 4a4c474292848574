import { bareJid } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'chat.presence',
  group: 'Chats',
  summary: 'Somebody starts or stops typing or recording.',
  schema: z.object({
    jid: fields.jid,
    ...fields.chat,
    ...personFields('sender', 'Who types or records'),
    is_from_me: fields.fromMe,
    state: z.enum(['composing', 'paused']),
    media: z.enum(['', 'audio']).describe('audio while recording'),
  }),
  example: {
    jid: exampleNumber,
    chat: exampleJid,
    sender: exampleJid,
    is_from_me: false,
    state: 'composing',
    media: '',
  },
  on: ['chat_presence'],
  repeats: 'Each time that WhatsApp reports it. What was missed meanwhile does not come later.',
  from: (device, item) => ({
    jid: ownNumber(device),
    ...person('chat', item.chat),
    ...person('sender', item.sender),
    is_from_me: device.account !== undefined && bareJid(item.sender.jid) === bareJid(device.account.jid),
    state: item.state,
    media: item.media,
  }),
})
