import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { MessageText } from '../../schemas/send-options.ts'

export default channelAct({
  method: 'PATCH',
  path: '/newsletters/{jid}/messages/{message_id}',
  summary: 'Give an own post another text',
  params: z.object({ message_id: MessageId }),
  body: z.object({ text: MessageText }),
  async run({ channels, channel }, { text }, { params }) {
    await channels.change(channel, { id: params.message_id, content: { type: 'text', text } })
    return undefined
  },
})
