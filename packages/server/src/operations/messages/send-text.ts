import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { MessageText, sendOptions } from '../../schemas/send-options.ts'
import { SentMessage } from '../../schemas/sent-message.ts'
import { defineOperation } from '../define-operation.ts'
import { sendAnswer, sendWaitMs } from '../send-answer.ts'

export default defineOperation({
  method: 'POST',
  path: '/chats/{chat_jid}/messages',
  auth: 'device',
  group: 'Messaging',
  summary: 'Send a text message',
  description:
    'Answers 200 when WhatsApp took the message over, and 202 when that takes longer than 20 seconds: the message goes on, and `GET /messages/{message_id}` tells how it ends. With an `Idempotency-Key`, repeating the request never sends twice.',
  params: z.object({ chat_jid: ChatAddress }),
  body: z.object({
    text: MessageText,
    reply_to_message_id: MessageId.optional().describe('Message to quote'),
    ...sendOptions,
  }),
  response: SentMessage,
  idempotent: true,
  errors: [
    'invalid_jid',
    'invalid_phone',
    'message_not_found',
    'device_not_connected',
    'device_not_linked',
    'not_on_whatsapp',
    'message_refused',
    'rate_limited',
    'whatsapp_error',
  ],
  async run({ messages, principal, messageId }, { params, body }) {
    const { deviceId } = principal
    const replyTo = body.reply_to_message_id
    const quoted = replyTo === undefined ? undefined : await messages.quotable(deviceId, replyTo)
    if (replyTo !== undefined && !quoted) throw new AppError('message_not_found')
    const result = await messages.send({
      deviceId,
      chat: params.chat_jid,
      content: { type: 'text', text: body.text, ...(quoted && { quoted }) },
      messageId,
      waitMs: sendWaitMs,
      ...(body.typing_simulation !== undefined && { typingSimulation: body.typing_simulation }),
      ...(body.presence_simulation !== undefined && { presenceSimulation: body.presence_simulation }),
    })
    return sendAnswer(result)
  },
})
