import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
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
  }),
  example: { jid: exampleNumber, message_id: exampleMessageId, chat: exampleJid, media_type: 'image' },
  on: ['message'],
  after: 'message.received',
  from: (device, item) => {
    const type = mediaTypes.find((name) => name === item.view.type)
    return type && { jid: ownNumber(device), message_id: item.id, ...person('chat', item.chat), media_type: type }
  },
})
