import { z } from 'zod'
import { findPost } from '../../channels/find-post.ts'
import { channelAct } from '../../kit/presets.ts'
import { messageIdOf } from '../../messages/message-id-of.ts'
import { ServerId } from '../../schemas/channel.ts'
import { Instant } from '../../schemas/instant.ts'
import { MessageText } from '../../schemas/send-options.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/comments',
  summary: 'Comment on a post',
  body: z.object({ message_server_id: ServerId, comment: MessageText.meta({ examples: ['Well said'] }) }),
  response: z.object({ message_id: z.string(), server_id: z.int(), timestamp: Instant }),
  errors: ['message_not_found'],
  act: { repeatable: true },
  async run({ channels, channel, act }, { message_server_id: serverId, comment }) {
    const post = await findPost(channels, channel, serverId)
    const id = messageIdOf(act.token)
    const content = { type: 'comment', text: comment, postId: post.id } as const
    const sent = await channels.post(channel, { id, content })
    return { message_id: id, server_id: sent.serverId, timestamp: sent.at }
  },
})
