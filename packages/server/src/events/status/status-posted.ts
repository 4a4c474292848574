import { isSilent } from '@switchboard/engine'
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
  name: 'status.posted',
  group: 'Status',
  summary: 'Somebody posted a status.',
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
  on: ['message'],
  after: 'message.received',
  from: (device, item) =>
    item.chat.jid === statusChat && !isSilent(item.view.type)
      ? {
          jid: ownNumber(device),
          message_id: item.id,
          ...person('from', item.sender),
          timestamp: unixSeconds(item.at),
          is_from_me: item.fromMe,
        }
      : undefined,
})
