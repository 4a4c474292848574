import { z } from 'zod'
import { unansweredAbility } from '../../kit/needs.ts'
import { channelAct } from '../../kit/presets.ts'
import { ServerId } from '../../schemas/channel.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/viewed',
  summary: 'Report posts as seen',
  // WhatsApp gives no answer to it.
  needs: { channels: unansweredAbility('channels') },
  refusals: {},
  body: z.object({
    message_server_ids: z
      .array(ServerId)
      .min(1)
      .max(200)
      .meta({ examples: [[104, 105]] }),
  }),
  run: ({ channels, channel }, { message_server_ids: ids }) => channels.markViewed(channel, ids),
})
