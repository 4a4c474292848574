import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import {
  exampleJid,
  exampleMessageId,
  exampleNumber,
  exampleSeconds,
  fields,
  ownNumber,
  statusChat,
  unixSeconds,
} from '../fields.ts'

export default defineEvent({
  name: 'status.viewed',
  group: 'Status',
  summary: 'Somebody looked at a status post of the own account.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    ...fields.chat,
    ...personFields('sender', 'Who looked'),
    timestamp: fields.seconds,
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    chat: statusChat,
    sender: exampleJid,
    timestamp: exampleSeconds,
  },
  on: ['message_advanced'],
  from: (device, source) =>
    source.state === 'read' && !source.own && source.chat.jid === statusChat
      ? {
          jid: ownNumber(device),
          message_id: source.messageId,
          ...person('chat', source.chat),
          ...person('sender', source.sender),
          timestamp: unixSeconds(source.at),
        }
      : undefined,
})
