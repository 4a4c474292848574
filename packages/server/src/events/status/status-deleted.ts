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
  name: 'status.deleted',
  group: 'Status',
  summary: 'A status post was deleted.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    ...personFields('from', 'The person who posted it'),
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
  on: ['message_deleted'],
  from: (device, source) =>
    source.chat.jid === statusChat
      ? {
          jid: ownNumber(device),
          message_id: source.messageId,
          ...person('from', source.sender),
          timestamp: unixSeconds(source.at),
          is_from_me: source.fromMe,
        }
      : undefined,
})
