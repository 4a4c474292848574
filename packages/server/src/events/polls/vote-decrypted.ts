import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { voteExample, voteFields, voteOf } from './vote-fields.ts'

export default defineEvent({
  name: 'poll.vote_decrypted',
  group: 'Polls',
  summary:
    'What somebody chose in a poll. A later vote of the same person replaces the earlier one. Of a vote that came before its poll it is raised when the poll comes.',
  schema: z.object({
    ...voteFields,
    poll_name: z.string().describe('The question'),
    selected_options: z
      .array(z.string())
      .describe('Texts of the chosen options, in the order of the poll; none when the vote was taken back'),
    selected_option_hashes: z.array(z.string()).describe('SHA-256 of each chosen option, base64, as the vote names it'),
  }),
  example: {
    ...voteExample,
    poll_name: 'Lunch?',
    selected_options: ['Salad'],
    selected_option_hashes: ['gKQTKIgdiAP1K+FcEeC7wwr8QXCQzMpFQoOJWiZUVb0='],
  },
  on: ['poll_voted'],
  after: 'poll.vote',
  from(device, source) {
    const { question = '', chosen, hashes = [] } = source
    if (!chosen) return undefined
    return {
      ...voteOf(device, source),
      poll_name: question,
      selected_options: [...chosen],
      selected_option_hashes: hashes.map((hash) => Buffer.from(hash, 'hex').toString('base64')),
    }
  },
})
