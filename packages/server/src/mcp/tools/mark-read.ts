import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { chatJid, messageId } from '../shapes.ts'

export const markRead = defineTool({
  name: 'mark_read',
  title: 'Mark as read',
  description:
    'Sends read receipts: for one message, or for everything unread of the chat. Who wrote it sees that it was read.',
  readOnly: false,
  destructive: true,
  idempotent: true,
  input: z.strictObject({
    chat_jid: chatJid,
    message_id: messageId.optional().describe('Only this message; everything unread of the chat when absent'),
  }),
  output: z.object({ marked: z.int().describe('How many messages') }),
  async run({ perform, approvals, principal }, { chat_jid, message_id }) {
    await approvals.check(principal, chat_jid)
    if (message_id === undefined) {
      return (await perform('messaging.markRead', { params: { chat_jid }, body: { read: true } })).data
    }
    await perform('messageActions.markRead', { params: { message_id }, body: { chat_jid } })
    return { marked: 1 }
  },
})
