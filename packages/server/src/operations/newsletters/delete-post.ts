import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { MessageId } from '../../schemas/message-id.ts'

export default channelAct({
  method: 'DELETE',
  path: '/newsletters/{jid}/messages/{message_id}',
  summary: 'Take a post back, in an own channel',
  params: z.object({ message_id: MessageId }),
  async run({ channels, channel }, _body, { params }) {
    await channels.change(channel, { id: params.message_id, content: undefined })
    return undefined
  },
})
