import { z } from 'zod'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { limit } from '../../schemas/limit.ts'
import { Message, messageView } from '../../schemas/message.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { defineOperation } from '../define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/chats/{chat_jid}/messages',
  auth: 'device',
  group: 'Messaging',
  summary: 'List the stored messages of a chat, newest first',
  params: z.object({ chat_jid: ChatAddress }),
  query: z.object({
    limit: limit(50, 500),
    before: MessageId.optional().describe('Only messages older than this one'),
    after: MessageId.optional().describe('Only messages newer than this one; the ones next to it come'),
  }),
  response: z.object({
    chat_jid: z.string(),
    limit: z.int(),
    before: z.string(),
    after: z.string(),
    messages: z.array(Message),
  }),
  errors: ['invalid_jid', 'invalid_phone', 'message_not_found'],
  async run({ messages, principal }, { params, query }) {
    const { before, after } = query
    const found = await messages.list(principal.deviceId, {
      chat: params.chat_jid,
      limit: query.limit,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    })
    return {
      chat_jid: await messages.resolveChat(principal.deviceId, params.chat_jid),
      limit: query.limit,
      before: before ?? '',
      after: after ?? '',
      messages: found.map(messageView),
    }
  },
})
