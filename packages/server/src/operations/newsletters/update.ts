import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { ChannelDescription, ChannelName } from '../../schemas/channel.ts'

export default channelAct({
  method: 'PATCH',
  path: '/newsletters/{jid}',
  summary: 'Change name and description of an own channel',
  body: z
    .object({ name: ChannelName.optional(), description: ChannelDescription.optional() })
    .refine(({ name, description }) => name !== undefined || description !== undefined, 'needs a name or a description')
    .meta({ minProperties: 1 }),
  run: ({ channels, channel }, { name, description }) =>
    channels.update(channel, {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    }),
})
