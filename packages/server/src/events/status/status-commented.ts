import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { MessageType } from '../../schemas/message-type.ts'
import { optionalPersonFields, person, personFields } from '../../schemas/person.ts'
import { bothAddresses } from '../event-source.ts'
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
  name: 'status.comment',
  group: 'Status',
  summary:
    'Somebody answered a status post; message.received is raised before it, for the answer in the chat of the two.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId.describe('Id of the answer'),
    status_id: z.string().describe('Id of the status post'),
    ...personFields('from', 'Who answered'),
    ...optionalPersonFields('status_from', 'Who posted the status'),
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
    type: MessageType,
    text: z.string().optional().describe('Text or caption of the answer'),
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    status_id: exampleMessageId,
    from: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
    type: 'text',
    text: 'How nice!',
  },
  on: ['message'],
  after: 'message.received',
  from: (device, item) => {
    const { quoted, type, text } = item.view
    if (quoted?.chat !== statusChat) return undefined
    return {
      jid: ownNumber(device),
      message_id: item.id,
      status_id: quoted.id,
      ...person('from', item.sender),
      ...person('status_from', quoted.sender === undefined ? undefined : bothAddresses(device, quoted.sender)),
      timestamp: unixSeconds(item.at),
      is_from_me: item.fromMe,
      type,
      text,
    }
  },
})
