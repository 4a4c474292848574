import { channelRefusals } from '../../channels/refusals.ts'
import { ability, channelIn } from '../../kit/needs.ts'
import { photoAct } from '../../kit/photo-act.ts'

export default photoAct({
  path: '/newsletters/{jid}/photo',
  summary: 'Change or remove the photo of an own channel',
  needs: { channels: ability('channels'), channel: channelIn('jid') },
  refusals: channelRefusals,
  async set({ channels, channel }, jpeg) {
    await channels.update(channel, { picture: jpeg ?? null })
    return jpeg ? ((await channels.info(channel)).picture?.id ?? '') : ''
  },
})
