import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { ChatMessage, chatJid, cursor, nextCursor, pageOf, untrusted } from '../shapes.ts'

export const searchMessages = defineTool({
  name: 'search_messages',
  title: 'Search messages',
  description: `Finds stored messages by characters in their text, in capitals or not, newest first. In one chat it looks at everything that is stored; without \`chat_jid\` at the newest 1,000 messages of each chat, 50 chats at a time, and at most 20 results from each: \`next_cursor\` continues, also after a page without results. ${untrusted}`,
  readOnly: true,
  input: z.strictObject({
    text: z.string().min(1).max(200).describe('These characters are in the text'),
    chat_jid: chatJid.optional(),
    limit: pageOf(20, 100),
    cursor,
  }),
  output: z.object({ messages: z.array(ChatMessage), next_cursor: nextCursor }),
  async run({ perform }, { chat_jid, text, ...page }) {
    const query = { search: text, ...page }
    const asked = chat_jid === undefined ? perform('messaging.search', { query }) : undefined
    return (await (asked ?? perform('messaging.list', { params: { chat_jid }, query }))).data
  },
})
