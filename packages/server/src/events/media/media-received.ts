import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { MessageMedia, mediaOf } from '../../schemas/message-media.ts'
import { person } from '../../schemas/person.ts'
import { exampleJid, exampleMessageId, exampleNumber, fields, ownNumber } from '../fields.ts'

const mediaTypes = ['image', 'video', 'audio', 'document', 'sticker'] as const

export default defineEvent({
  name: 'media.received',
  group: 'Media',
  summary: 'A message with an image, video, audio, document or sticker arrived; message.received is raised as well.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    ...fields.chat,
    media_type: z.enum(mediaTypes),
    media: MessageMedia.optional(),
  }),
  example: { jid: exampleNumber, message_id: exampleMessageId, chat: exampleJid, media_type: 'image' },
  on: ['message'],
  after: 'message.received',
  from: (device, { view, id, chat }) => {
    const type = mediaTypes.find((name) => name === view.type)
    return (
      type && {
        jid: ownNumber(device),
        message_id: id,
        ...person('chat', chat),
        media_type: type,
        media: view.media && mediaOf(view.media, device.media?.refer(chat.jid, id)),
      }
    )
  },
})
