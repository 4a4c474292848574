import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { messageIdOf } from '../../messages/message-id-of.ts'
import { Posted } from '../../schemas/channel.ts'
import { PollOptions, PollQuestion } from '../../schemas/poll.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/polls',
  summary: 'Post a poll to an own channel',
  description: 'Followers vote in the open and WhatsApp counts. Nobody learns who chose what.',
  body: z.object({
    question: PollQuestion,
    options: PollOptions,
    multi_answer: z.boolean().optional().describe('Everybody may choose several options. One when absent.'),
  }),
  response: Posted,
  act: { repeatable: true },
  async run({ channels, channel, act }, { question, options, multi_answer: many = false }) {
    const id = messageIdOf(act.token)
    const content = { type: 'poll', question, options, selectable: many ? 0 : 1 } as const
    const { at, serverId } = await channels.post(channel, { id, content })
    return { message_id: id, server_id: serverId, timestamp: at }
  },
})
