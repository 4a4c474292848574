import { z } from 'zod'
import { accountRefusals } from '../../channels/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { Channel, channelView } from '../../schemas/channel.ts'

export default defineOperation({
  method: 'GET',
  path: '/newsletters',
  auth: 'device',
  summary: 'Channels that the account follows or runs',
  needs: { channels: ability('channels') },
  refusals: accountRefusals,
  response: z.array(Channel),
  run: async ({ channels }) => (await channels.list()).map(channelView),
})
