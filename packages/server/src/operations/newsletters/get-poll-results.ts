import { z } from 'zod'
import { findPoll } from '../../channels/find-post.ts'
import { channelAct } from '../../kit/presets.ts'
import { PollResults, pollResults } from '../../schemas/channel.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

export default channelAct({
  method: 'GET',
  path: '/newsletters/{jid}/polls/results',
  summary: 'How often each option of a poll in a channel was chosen',
  query: z.object({
    message_server_id: wholeNumber(1, Number.MAX_SAFE_INTEGER).describe('Number of the poll in its channel'),
  }),
  response: z.object({ server_id: z.int(), message_id: z.string(), ...PollResults.shape }),
  errors: ['poll_not_found'],
  async run({ channels, channel }, _, { query }) {
    const { post, poll } = await findPoll(channels, channel, query.message_server_id)
    return { server_id: post.serverId, message_id: post.id, ...pollResults(poll, post.votes) }
  },
})
