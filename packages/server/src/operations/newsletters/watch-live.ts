import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/live',
  summary: 'Get views, reactions and comments as they change',
  description:
    'They come as `newsletter.live_update`. WhatsApp sends them for as long as `duration` says; the gateway asks again before that ends, also after a restart, until `DELETE /newsletters/{jid}/live`.',
  response: z.object({ duration: z.int().describe('Seconds for which WhatsApp sends them now') }),
  run: async ({ channelWatches, principal, channel }) => ({
    duration: await channelWatches.begin(principal.deviceId, channel),
  }),
})
