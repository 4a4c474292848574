import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/mute',
  summary: 'Mute or unmute a channel',
  body: z.object({ mute: z.boolean() }),
  run: ({ channels, channel }, { mute }) => channels.mute(channel, mute),
})
