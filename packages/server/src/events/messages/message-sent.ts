import { isGroupJid } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { contentFields, contentOf } from '../../schemas/content.ts'
import { MessageType } from '../../schemas/message-type.ts'
import { optionalPersonFields, people, peopleFields, person } from '../../schemas/person.ts'
import { bothAddresses } from '../event-source.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.sent',
  group: 'Messages',
  summary: 'WhatsApp accepted a message that was sent through the API.',
  schema: z.object({
    message_id: fields.messageId,
    ...fields.chat,
    timestamp: fields.seconds,
    type: MessageType,
    text: z.string().optional().describe('Text or caption'),
    is_group: z.boolean(),
    quoted_message_id: z.string().optional().describe('Message that this one answers'),
    ...optionalPersonFields('quoted_sender', 'Who wrote that one'),
    ...peopleFields('mentions', 'Who is mentioned'),
    target_message_id: z.string().optional().describe('For a reaction or an edit: the message it is about'),
    emoji: z.string().optional().describe('For a reaction; blank when it was taken back'),
    ...contentFields,
  }),
  example: {
    message_id: exampleMessageId,
    chat: exampleJid,
    timestamp: exampleSeconds,
    type: 'text',
    text: 'Hello',
    is_group: false,
  },
  on: ['send_changed'],
  from: (device, send) => {
    if (send.state !== 'sent') return undefined
    const { view, filedUnder = send.chat.jid } = { ...send.said }
    const both = (jid: string) => bothAddresses(device, jid)
    return {
      message_id: send.messageId,
      ...person('chat', send.chat),
      timestamp: unixSeconds(send.at),
      type: view?.type ?? 'unknown',
      text: view?.text,
      is_group: isGroupJid(send.chat.jid),
      quoted_message_id: view?.quoted?.id,
      ...person('quoted_sender', view?.quoted?.sender === undefined ? undefined : both(view.quoted.sender)),
      ...people('mentions', view?.mentions?.map(both)),
      target_message_id: view?.target?.id,
      emoji: view?.emoji,
      ...contentOf(view, view?.media && device.media?.refer(filedUnder, send.messageId)),
    }
  },
})
