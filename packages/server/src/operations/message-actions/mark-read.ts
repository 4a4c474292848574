import { isGroupJid } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { refusedField } from '../../errors/refused-field.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { unansweredAbility } from '../../kit/needs.ts'
import type { Messages } from '../../messages/messages.ts'
import { ChatAddress, PersonAddress } from '../../schemas/chat-address.ts'
import { MessageId } from '../../schemas/message-id.ts'

/** The author of a message, if known. @throws AppError invalid_request; message_not_found when it was written in another chat */
const senderOf = async (
  messages: Messages,
  deviceId: string,
  { chat, id, named }: { chat: string; id: string; named: string | undefined },
): Promise<string> => {
  const known = await messages.get(deviceId, id, chat)
  if (known) return known.message.sender.jid
  if (await messages.get(deviceId, id)) throw new AppError('message_not_found', 'There is no such message in this chat')
  if (named !== undefined) return named
  if (isGroupJid(chat)) {
    throw refusedField('body.sender_jid', 'is needed for a message of a group that is not stored here')
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
  errors: ['invalid_jid', 'invalid_phone', 'message_not_found'],
  async run({ messages, principal }, { params, body }) {
    const { deviceId } = principal
    const chat = await messages.resolveChat(deviceId, body.chat_jid)
    const named = body.sender_jid && (await messages.resolveChat(deviceId, body.sender_jid))
    const sender = await senderOf(messages, deviceId, { chat, id: params.message_id, named })
    await messages.markRead(deviceId, chat, { only: [{ id: params.message_id, sender }] })
    return undefined
  },
})
