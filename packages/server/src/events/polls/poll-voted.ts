import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { voteExample, voteFields, voteOf } from './vote-fields.ts'

export default defineEvent({
  name: 'poll.vote',
  group: 'Polls',
  summary:
    'Somebody voted in a poll, changed a vote or took it back. The choice is in poll.vote_decrypted; message.received is raised as well, for the vote itself.',
  schema: z.object(voteFields),
  example: voteExample,
  on: ['poll_voted'],
  from: (device, source) => (source.late ? undefined : voteOf(device, source)),
})
