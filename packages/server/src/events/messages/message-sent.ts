import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person } from '../../schemas/person.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.sent',
  group: 'Messages',
  summary: 'WhatsApp accepted a message that was sent through the API.',
  schema: z.object({ message_id: fields.messageId, ...fields.chat, timestamp: fields.seconds }),
  example: { message_id: exampleMessageId, chat: exampleJid, timestamp: exampleSeconds },
  on: ['send_changed'],
  from: (_device, send) =>
    send.state === 'sent'
      ? { message_id: send.messageId, ...person('chat', send.chat), timestamp: unixSeconds(send.at) }
      : undefined,
})
