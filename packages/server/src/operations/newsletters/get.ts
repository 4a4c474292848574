import { channelAct } from '../../kit/presets.ts'
import { Channel, channelView } from '../../schemas/channel.ts'

export default channelAct({
  method: 'GET',
  path: '/newsletters/{jid}',
  summary: 'A channel',
  response: Channel,
  run: async ({ channels, channel }) => channelView(await channels.info(channel)),
})
