import { z } from 'zod'
import { findPoll } from '../../channels/find-post.ts'
import { refusedField } from '../../errors/refused-field.ts'
import { channelAct } from '../../kit/presets.ts'
import { messageIdOf } from '../../messages/message-id-of.ts'
import { ServerId } from '../../schemas/channel.ts'
import { words } from '../../schemas/text.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/polls/vote',
  summary: 'Vote in a poll of a channel, change the vote or take it back',
  description: 'The vote replaces what the account voted before. Only what the poll allows is sent.',
  body: z.object({
    message_server_id: ServerId,
    options: z
      .array(words(1000))
      .max(100)
      .describe('Texts of the chosen options; none takes the vote back')
      .meta({ examples: [['Pizza']] }),
  }),
  errors: ['poll_not_found'],
  async run({ channels, channel, requestId }, { message_server_id: serverId, options }) {
    const { poll } = await findPoll(channels, channel, serverId)
    const hashes = [...new Set(options)].map((option) => poll.hashes[poll.options.indexOf(option)])
    if (hashes.some((hash) => hash === undefined)) {
      throw refusedField('body.options', 'the poll has no such option')
    }
    if (poll.selectable > 0 && hashes.length > poll.selectable) {
      throw refusedField('body.options', `the poll allows ${poll.selectable} of its options`)
    }
    await channels.vote(channel, { id: messageIdOf(requestId), serverId, hashes: hashes as string[] })
    return undefined
  },
})
