import { z } from 'zod'
import { ability, unansweredAbility } from '../../kit/needs.ts'
import { chatAct } from '../../kit/presets.ts'

export default chatAct({
  method: 'POST',
  path: '/chats/{chat_jid}/mark-read',
  summary: 'Read everything unread of a chat, or mark it as unread',
  description:
    '`read: true` sends read receipts for the stored messages that were not read yet, and takes a mark off that says the chat is unread. `read: false` marks the chat as unread by hand: the phone and the other devices of the account show it so, and nobody else sees it.',
  needs: { receipts: unansweredAbility('messaging'), settings: ability('chatSettings') },
  body: z.object({
    read: z.boolean(),
    last_message_ts: z
      .int()
      .nonnegative()
      .optional()
      .describe('Unix seconds: only messages up to this time are read. Means nothing with `read: false`'),
  }),
  response: z.object({ marked: z.int().describe('Messages that were read') }),
  errors: ['chat_not_found'],
  async run({ messages, chatList, principal, chat }, { read, last_message_ts }) {
    const { deviceId } = principal
    if (!read) {
      await chatList.mark(deviceId, chat, true)
      return { marked: 0 }
    }
    const wasMarked = (await chatList.find(deviceId, chat))?.markedUnread
    const until = last_message_ts === undefined ? undefined : (last_message_ts + 1) * 1000 - 1
    const marked = await messages.markRead(deviceId, chat, until === undefined ? {} : { until })
    if (wasMarked) await chatList.mark(deviceId, chat, false)
    return { marked }
  },
})
