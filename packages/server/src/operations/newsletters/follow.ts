import { channelAct } from '../../kit/presets.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/follow',
  summary: 'Follow a channel',
  run: ({ channels, channel }) => channels.setFollowing(channel, true),
})
