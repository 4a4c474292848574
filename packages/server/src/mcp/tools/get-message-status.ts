import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { messageId } from '../shapes.ts'

export const getMessageStatus = defineTool({
  name: 'get_message_status',
  title: 'How far a message came',
  description:
    'Tells the state of a message and what happened to it: queued, sent, delivered, read, or why it failed; `pending`, `rejected` or `expired` when a person had to agree first. Its text is not in the answer.',
  readOnly: true,
  input: z.strictObject({ message_id: messageId }),
  output: z.object({
    message_id: z.string(),
    chat_jid: z.string(),
    chat_lid: z.string().optional(),
    is_from_me: z.boolean(),
    type: z.string(),
    status: z.string(),
    reason: z.string().nullable(),
    timestamp: z.string(),
    sent_at: z.string().nullable(),
    history: z.array(
      z.object({
        status: z.string(),
        actor: z.string().describe('Who produced the receipt; blank for the own steps'),
        reason: z.string().nullable(),
        at: z.string(),
      }),
    ),
  }),
  async run({ perform, approvals, principal }, { message_id }) {
    const approval = await approvals.ofMessage(principal.deviceId, message_id)
    if (!approval || approval.state === 'approved') {
      return (await perform('messaging.get', { params: { message_id } })).data
    }
    const { state: status, chat, view, createdAt } = approval
    return {
      ...{ message_id, chat_jid: chat.jid, chat_lid: chat.lid, is_from_me: true, type: view?.type ?? 'unknown' },
      ...{ status, reason: null, timestamp: new Date(createdAt).toISOString(), sent_at: null, history: [] },
    }
  },
})
