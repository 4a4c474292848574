import { bareJid } from '@switchboard/engine'
import { z } from 'zod'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { defineOperation } from '../define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/messages/{message_id}/read',
  auth: 'device',
  group: 'Message Actions',
  summary: 'Send a read receipt for one message',
  params: z.object({ message_id: MessageId }),
  body: z.object({
    chat_jid: ChatAddress,
    sender_jid: ChatAddress.optional().describe('Who wrote it. Needed in groups unless the message is stored here.'),
  }),
  errors: ['invalid_jid', 'invalid_phone', 'device_not_connected', 'device_not_linked'],
  async run({ messages, principal }, { params, body }) {
    const { deviceId } = principal
    const chat = await messages.resolveChat(deviceId, body.chat_jid)
    const known = await messages.get(deviceId, params.message_id)
    const sender = body.sender_jid
      ? await messages.resolveChat(deviceId, body.sender_jid)
      : bareJid(known?.message.sender ?? chat)
    await messages.markRead(deviceId, chat, { only: [{ id: params.message_id, sender }] })
    return undefined
  },
})
