import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { defineOperation } from '../define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/chats/{chat_jid}/mark-read',
  auth: 'device',
  group: 'Messaging',
  summary: 'Read everything unread of a chat',
  description:
    'Sends read receipts for the stored messages that were not read yet. Marking a chat as unread, and the mark on the own other devices, need app state and are not supported yet.',
  params: z.object({ chat_jid: ChatAddress }),
  body: z.object({
    read: z.boolean().describe('`false` (mark as unread) is not supported yet'),
    last_message_ts: z.int().nonnegative().optional().describe('Unix seconds: only messages up to this time'),
  }),
  response: z.object({ marked: z.int().describe('Messages that were marked') }),
  errors: ['invalid_jid', 'invalid_phone', 'device_not_connected', 'device_not_linked', 'unsupported'],
  async run({ messages, principal }, { params, body }) {
    if (!body.read) throw new AppError('unsupported', 'Marking a chat as unread is not supported yet')
    const until = body.last_message_ts === undefined ? undefined : (body.last_message_ts + 1) * 1000 - 1
    const marked = await messages.markRead(principal.deviceId, params.chat_jid, until === undefined ? {} : { until })
    return { marked }
  },
})
