import { z } from 'zod'
import { RawAnswer } from '../../kit/define-operation.ts'
import { messageAct } from '../../kit/presets.ts'
import { formsOf } from '../../people/addresses.ts'
import { MediaMessageId } from '../../schemas/media-message-id.ts'

export default messageAct({
  method: 'GET',
  path: '/messages/{message_id}/thumbnail',
  summary: 'The small picture of a message’s file, or of the link in it',
  description:
    'Outside the envelope, as JPEG or PNG. The picture of a sticker pack and large ones of links are fetched from WhatsApp; others are part of the message.',
  params: z.object({ message_id: MediaMessageId }),
  raw: { 'image/jpeg': 'The picture', 'image/png': 'The picture' },
  errors: ['media_not_found', 'whatsapp_error', 'whatsapp_timeout', 'device_not_linked', 'device_not_connected'],
  async run({ media, principal, message, signal }) {
    const chats = formsOf(message.chat)
    const { mimetype, bytes } = await media.thumbnail(principal.deviceId, message.id, chats, signal)
    return new RawAnswer(mimetype, bytes, {
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-cache',
    })
  },
})
