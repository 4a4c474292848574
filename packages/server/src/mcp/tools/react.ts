import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { sendThrough } from '../send-through.ts'
import { chatJid, idempotencyKey, messageId, Sent } from '../shapes.ts'

export const react = defineTool({
  name: 'react',
  title: 'React to a message',
  description:
    'Reacts to a message with one emoji, changes the reaction, or takes it back. The others in the chat see it.',
  readOnly: false,
  destructive: true,
  input: z.strictObject({
    chat_jid: chatJid.describe('Chat of the message'),
    message_id: messageId,
    emoji: z.string().max(64).describe('One emoji. Blank takes the reaction back.'),
    idempotency_key: idempotencyKey,
  }),
  output: Sent,
  run: (context, { message_id, idempotency_key: idempotencyKey, ...body }) =>
    sendThrough(context, 'messageActions.react', { params: { message_id }, body, idempotencyKey }),
})
