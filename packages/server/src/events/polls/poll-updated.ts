import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { voteExample, voteFields, voteOf } from './vote-fields.ts'

export default defineEvent({
  name: 'poll.update',
  group: 'Polls',
  summary: 'The votes in a poll changed: how often each option is chosen now.',
  schema: z.object({
    ...voteFields,
    results: z
      .array(z.object({ name: z.string(), votes: z.int() }))
      .optional()
      .describe('In the order of the poll; absent while the poll is not known here'),
  }),
  example: {
    ...voteExample,
    results: [
      { name: 'Pizza', votes: 0 },
      { name: 'Salad', votes: 1 },
    ],
  },
  on: ['poll_voted'],
  after: 'poll.vote_decrypted',
  repeats: 'After each vote.',
  from: (device, source) => ({
    ...voteOf(device, source),
    results: source.options?.map(({ name, votes }) => ({ name, votes })),
  }),
})
