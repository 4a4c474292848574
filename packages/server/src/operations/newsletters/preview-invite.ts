import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { codeRefusals } from '../../people/refusals.ts'
import { Channel, ChannelCode, channelView } from '../../schemas/channel.ts'

export default defineOperation({
  method: 'GET',
  path: '/newsletters/invite/{code}',
  auth: 'device',
  summary: 'The channel behind a link',
  params: z.object({ code: ChannelCode }),
  needs: { channels: ability('channels') },
  refusals: codeRefusals,
  response: Channel,
  run: async ({ channels }, { params }) => channelView(await channels.invited(params.code)),
})
