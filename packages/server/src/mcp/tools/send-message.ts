import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { sendThrough } from '../send-through.ts'
import { chatJid, idempotencyKey, messageId, Sent } from '../shapes.ts'

export const sendMessage = defineTool({
  name: 'send_message',
  title: 'Send a text message',
  description: 'Sends a text to a person or a group. The text is sent as it is, and links get no preview.',
  readOnly: false,
  destructive: true,
  input: z.strictObject({
    chat_jid: chatJid,
    text: z.string().min(1).max(65_536).describe('The text, in WhatsApp markup'),
    reply_to_message_id: messageId.optional().describe('Message to quote'),
    mentions: z
      .array(z.string().min(1).max(100))
      .max(256)
      .optional()
      .describe('People of the group whom the text mentions (`@` and the number): numbers or addresses'),
    idempotency_key: idempotencyKey,
  }),
  output: Sent,
  run: (context, { chat_jid, idempotency_key: idempotencyKey, ...body }) =>
    // A preview is fetched from the page: its address could carry out what was read in chats.
    sendThrough(context, 'messaging.sendText', {
      params: { chat_jid },
      body: { ...body, link_preview: false },
      idempotencyKey,
    }),
})
