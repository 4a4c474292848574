import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { MessageMedia, mediaOf } from '../../schemas/message-media.ts'
import { MessageType } from '../../schemas/message-type.ts'
import { person } from '../../schemas/person.ts'
import { exampleJid, exampleMessageId, exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'media.downloaded',
  group: 'Media',
  summary:
    'The file of a message was fetched from WhatsApp, on demand or by the policy of the device, and is what the message announced. `media.state` says whether it is stored.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    ...fields.chat,
    is_from_me: fields.fromMe,
    media_type: MessageType,
    media: MessageMedia,
  }),
  example: {
    ...{ jid: exampleNumber, message_id: exampleMessageId, chat: exampleJid, is_from_me: false, media_type: 'image' },
    media: { mimetype: 'image/jpeg', size: 48211, size_bytes: 48211, state: 'stored' },
  },
  on: ['media_downloaded'],
  repeats: 'Each time that the file is fetched from WhatsApp.',
  from: (device, { messageId, chat, fromMe, view, media }) => ({
    jid: ownNumber(device),
    message_id: messageId,
    ...person('chat', chat),
    is_from_me: fromMe,
    media_type: view.type,
    media: mediaOf(view.media ?? {}, media),
  }),
})
