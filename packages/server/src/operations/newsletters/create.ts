import { z } from 'zod'
import { accountRefusals } from '../../channels/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { Channel, ChannelDescription, ChannelName, channelView } from '../../schemas/channel.ts'

/** Clocks differ: a channel that seems a little older than the request may be the one that it made. */
const skewMs = 60_000

export default defineOperation({
  method: 'POST',
  path: '/newsletters',
  auth: 'device',
  summary: 'Make a channel',
  description: 'The terms of channels have to be accepted before: `POST /newsletters/tos/accept`.',
  body: z.object({ name: ChannelName, description: ChannelDescription.default('') }),
  response: Channel,
  needs: { channels: ability('channels') },
  refusals: accountRefusals,
  act: {
    async probe({ channels }, { body }, { begunAt }) {
      const isNew = ({ createdAt = 0 }: { createdAt?: number }) => createdAt >= begunAt - skewMs
      const own = (await channels.list()).filter(({ name, role }) => role === 'owner' && name === body.name)
      const made = own.filter(isNew)
      if (made.length !== 1) return made.length === 0 ? 'missing' : 'unknown'
      return { found: channelView(made[0]!) }
    },
  },
  run: async ({ channels }, { body }) => channelView(await channels.create(body)),
})
