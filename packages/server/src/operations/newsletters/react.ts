import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { messageIdOf } from '../../messages/message-id-of.ts'
import { ServerId } from '../../schemas/channel.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/reaction',
  summary: 'React to a post',
  body: z.object({
    message_server_id: ServerId,
    emoji: z
      .string()
      .trim()
      .max(64)
      .default('')
      .meta({ description: 'Blank takes the former one back', examples: ['👍'] }),
  }),
  run: ({ channels, channel, requestId }, { message_server_id: serverId, emoji }) =>
    channels.react(channel, { id: messageIdOf(requestId), serverId, emoji }),
})
