import { z } from 'zod'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { MessageText, sendOptions } from '../../schemas/send-options.ts'
import { SentMessage } from '../../schemas/sent-message.ts'
import { defineOperation } from '../define-operation.ts'
import { sendTextErrors, sendTextMessage } from '../send-text-message.ts'

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
  mayTakeLonger: true,
  errors: sendTextErrors,
  run: (context, { params, body }) =>
    sendTextMessage(context, { chat: body.chat_jid, text: body.text, replyTo: params.message_id, options: body }),
})
