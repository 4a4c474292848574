import { isGroupJid } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { unansweredAbility } from '../../kit/needs.ts'
import type { Messages } from '../../messages/messages.ts'
import { ChatAddress, PersonAddress } from '../../schemas/chat-address.ts'
import { MessageId } from '../../schemas/message-id.ts'

/** Who wrote a message, if that can be told. @throws AppError invalid_request */
const senderOf = async (messages: Messages, deviceId: string, chat: string, id: string): Promise<string> => {
  const known = await messages.get(deviceId, id)
  if (known?.message.chat.jid === chat) return known.message.sender.jid
  if (isGroupJid(chat)) {
    throw new AppError('invalid_request', 'body.sender_jid: is needed for a message of a group that is not stored here')
  }
  return chat
}

export default defineOperation({
  method: 'POST',
  path: '/messages/{message_id}/read',
  auth: 'device',
  summary: 'Send a read receipt for one message',
  needs: { receipts: unansweredAbility('messaging') },
  params: z.object({ message_id: MessageId }),
  body: z.object({
    chat_jid: ChatAddress,
    sender_jid: PersonAddress.optional().describe('Who wrote it. Needed in groups unless the message is stored here.'),
  }),
  errors: ['invalid_jid', 'invalid_phone'],
  async run({ messages, principal }, { params, body }) {
    const { deviceId } = principal
    const chat = await messages.resolveChat(deviceId, body.chat_jid)
    const sender = body.sender_jid
      ? await messages.resolveChat(deviceId, body.sender_jid)
      : await senderOf(messages, deviceId, chat, params.message_id)
    await messages.markRead(deviceId, chat, { only: [{ id: params.message_id, sender }] })
    return undefined
  },
})
