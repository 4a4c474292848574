import { defineOperation } from '../../kit/define-operation.ts'
import { channelIn } from '../../kit/needs.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/newsletters/{jid}/live',
  auth: 'device',
  destructive: false,
  summary: 'Stop watching the counts of a channel',
  description: 'What WhatsApp was asked for before ends by itself, after some minutes.',
  needs: { channel: channelIn('jid') },
  async run({ channelWatches, principal, channel }) {
    await channelWatches.end(principal.deviceId, channel)
    return undefined
  },
})
