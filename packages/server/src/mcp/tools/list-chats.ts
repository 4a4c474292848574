import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { ChatMessage, cursor, nextCursor, pageOf, untrusted } from '../shapes.ts'

export const listChats = defineTool({
  name: 'list_chats',
  title: 'List chats',
  description: `Lists the chats of the WhatsApp account, those with the newest messages first. ${untrusted}`,
  readOnly: true,
  input: z.strictObject({ limit: pageOf(20, 100), cursor }),
  output: z.object({
    chats: z.array(
      z.object({
        chat_jid: z.string(),
        chat_lid: z.string().optional(),
        name: z.string().nullable(),
        is_group: z.boolean(),
        unread_count: z.int(),
        archived: z.boolean(),
        muted: z.boolean(),
        last_message: ChatMessage.nullable(),
      }),
    ),
    next_cursor: nextCursor,
  }),
  run: async ({ perform }, query) => (await perform('messaging.listChats', { query })).data,
})
