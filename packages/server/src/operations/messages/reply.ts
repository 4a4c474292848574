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
  path: '/messages/{message_id}/reply',
  auth: 'device',
  group: 'Message Actions',
  summary: 'Answer a message, quoting it',
  params: z.object({ message_id: MessageId }),
  body: z.object({ chat_jid: ChatAddress, text: MessageText, ...sendOptions }),
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
    const quoted = await messages.quotable(deviceId, params.message_id)
    if (!quoted) throw new AppError('message_not_found')
    const result = await messages.send({
      deviceId,
      chat: body.chat_jid,
      content: { type: 'text', text: body.text, quoted },
      messageId,
      waitMs: sendWaitMs,
      ...(body.typing_simulation !== undefined && { typingSimulation: body.typing_simulation }),
      ...(body.presence_simulation !== undefined && { presenceSimulation: body.presence_simulation }),
    })
    return sendAnswer(result)
  },
})
