import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { unansweredAbility } from '../../kit/needs.ts'
import { chatAct } from '../../kit/presets.ts'

export default chatAct({
  method: 'POST',
  path: '/chats/{chat_jid}/mark-read',
  summary: 'Read everything unread of a chat',
  description:
    'Sends read receipts for the stored messages that were not read yet. Marking a chat as unread, and the mark on the own other devices, need app state and are not supported yet.',
  needs: { receipts: unansweredAbility('messaging') },
  body: z.object({
    read: z.boolean().describe('`false` (mark as unread) is not supported yet'),
    last_message_ts: z.int().nonnegative().optional().describe('Unix seconds: only messages up to this time'),
  }),
  response: z.object({ marked: z.int().describe('Messages that were marked') }),
  errors: ['unsupported'],
  async run({ messages, principal, chat }, { read, last_message_ts }) {
    if (!read) throw new AppError('unsupported', 'Marking a chat as unread is not supported yet')
    const until = last_message_ts === undefined ? undefined : (last_message_ts + 1) * 1000 - 1
    return { marked: await messages.markRead(principal.deviceId, chat, until === undefined ? {} : { until }) }
  },
})
