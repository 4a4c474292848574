import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { ChatMessage, chatJid, cursor, messageId, nextCursor, pageOf, untrusted } from '../shapes.ts'

export const getMessages = defineTool({
  name: 'get_messages',
  title: 'Read a chat',
  description: `Reads the stored messages of one chat, newest first. ${untrusted}`,
  readOnly: true,
  input: z.strictObject({
    chat_jid: chatJid,
    limit: pageOf(20, 100),
    before: messageId.optional().describe('Only messages older than this one'),
    after: messageId.optional().describe('Only messages newer than this one'),
    cursor,
  }),
  output: z.object({ messages: z.array(ChatMessage), next_cursor: nextCursor }),
  run: async ({ perform }, { chat_jid, ...query }) =>
    (await perform('messaging.list', { params: { chat_jid }, query })).data,
})
