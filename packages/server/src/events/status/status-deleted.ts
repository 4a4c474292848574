import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
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
  name: 'status.deleted',
  group: 'Status',
  summary: 'A status post was deleted.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    from: z.string(),
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    from: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
  },
  on: ['message'],
  from: (device, item) =>
    item.chat.jid === statusChat && item.view.type === 'revoke'
      ? {
          jid: ownNumber(device),
          message_id: item.view.target?.id ?? item.id,
          from: item.sender.jid,
          timestamp: unixSeconds(item.at),
          is_from_me: item.fromMe,
        }
      : undefined,
})
