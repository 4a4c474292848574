import { channelAct } from '../../kit/presets.ts'

export default channelAct({
  method: 'DELETE',
  path: '/newsletters/{jid}/follow',
  summary: 'Stop following a channel',
  run: ({ channels, channel }) => channels.setFollowing(channel, false),
})
