import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { messageIdOf } from '../../messages/message-id-of.ts'
import { Posted } from '../../schemas/channel.ts'
import { MessageText } from '../../schemas/send-options.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/messages',
  summary: 'Post text to an own channel',
  body: z.object({ text: MessageText }),
  response: Posted,
  act: { repeatable: true },
  async run({ channels, channel, act }, { text }) {
    const id = messageIdOf(act.token)
    const { at, serverId } = await channels.post(channel, { id, content: { type: 'text', text } })
    return { message_id: id, server_id: serverId, timestamp: at }
  },
})
