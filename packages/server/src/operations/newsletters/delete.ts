import { channelAct } from '../../kit/presets.ts'

export default channelAct({
  method: 'DELETE',
  path: '/newsletters/{jid}',
  summary: 'End an own channel for everybody',
  run: ({ channels, channel }) => channels.remove(channel),
})
