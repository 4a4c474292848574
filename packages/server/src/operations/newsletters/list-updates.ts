import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { Post, postView } from '../../schemas/channel.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

export default channelAct({
  method: 'GET',
  path: '/newsletters/{jid}/updates',
  summary: 'Views, comments and reactions of posts that changed',
  query: z.object({
    count: wholeNumber(1, 200).default(100),
    since: wholeNumber(0, 4_294_967_295).default(0).describe('Unix seconds'),
  }),
  response: z.array(Post).describe('Without text'),
  run: async ({ channels, channel }, _, { query }) => (await channels.updates(channel, query)).map(postView),
})
