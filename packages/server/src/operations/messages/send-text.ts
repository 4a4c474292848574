import { z } from 'zod'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { MessageText, sendOptions } from '../../schemas/send-options.ts'
import { SentMessage } from '../../schemas/sent-message.ts'
import { defineOperation } from '../define-operation.ts'
import { sendTextErrors, sendTextMessage } from '../send-text-message.ts'

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
  mayTakeLonger: true,
  errors: sendTextErrors,
  run: (context, { params, body }) =>
    sendTextMessage(context, {
      chat: params.chat_jid,
      text: body.text,
      replyTo: body.reply_to_message_id,
      options: body,
    }),
})
