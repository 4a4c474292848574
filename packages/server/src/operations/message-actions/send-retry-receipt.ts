import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ChatAddress, PersonAddress } from '../../schemas/chat-address.ts'
import { MediaMessageId } from '../../schemas/media-message-id.ts'

export default defineOperation({
  method: 'POST',
  path: '/messages/media/retry-receipt',
  auth: 'device',
  summary: 'Ask the phone to store the file of a message at WhatsApp again',
  description:
    'A download does so by itself when it has to. The answer comes as the event `media.retry`, when the phone is there.',
  body: z.object({
    chat_jid: ChatAddress,
    sender_jid: PersonAddress.optional().describe('Who wrote the message; it is known here'),
    message_id: MediaMessageId,
    media_key: z
      .base64()
      .max(100)
      .optional()
      .describe('Key of the file, which is known here. When given, it must be the key of this message.'),
  }),
  errors: [
    ...(['invalid_jid', 'invalid_phone', 'media_not_found', 'media_deleted'] as const),
    ...(['device_not_linked', 'device_not_connected'] as const),
  ],
  async run({ media, messages, principal: { deviceId } }, { body }) {
    const chat = await messages.resolveChat(deviceId, body.chat_jid)
    const key = body.media_key === undefined ? undefined : Buffer.from(body.media_key, 'base64')
    await media.askPhone(deviceId, body.message_id, await media.chatsOf(deviceId, chat), key)
    return undefined
  },
})
