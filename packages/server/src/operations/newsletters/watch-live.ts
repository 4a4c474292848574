import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/live',
  summary: 'Get views and reactions as they come',
  description: 'They come as `newsletter.live_update` for as long as the answer says. Ask again before it ends.',
  response: z.object({ duration: z.int().describe('Seconds') }),
  run: async ({ channels, channel }) => ({ duration: await channels.live(channel) }),
})
