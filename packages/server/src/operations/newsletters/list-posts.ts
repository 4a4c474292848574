import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { Post, postView, ServerId } from '../../schemas/channel.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

export default channelAct({
  method: 'GET',
  path: '/newsletters/{jid}/messages',
  summary: 'Posts of a channel, the newest of them, oldest first',
  query: z.object({
    count: wholeNumber(1, 200).default(50),
    before: ServerId.optional().describe('Only posts older than the one with this number'),
  }),
  response: z.array(Post),
  async run({ channels, channel }, _, { query }) {
    const { count, before } = query
    const found = await channels.posts(channel, { count, ...(before !== undefined && { before }) })
    return found.map(postView)
  },
})
