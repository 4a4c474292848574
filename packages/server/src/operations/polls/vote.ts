import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { changeAct } from '../../kit/send-act.ts'
import { targetOf } from '../../messages/check-target.ts'
import { PollId } from '../../schemas/poll.ts'
import { words } from '../../schemas/text.ts'

export default changeAct({
  method: 'POST',
  path: '/polls/{poll_id}/vote',
  summary: 'Vote in a poll, change the vote or take it back',
  description:
    'The vote replaces what the account voted before. It is a message of its own: the answer has its id and state, and 202 when it takes longer than `wait` seconds (20). Only what the poll allows is sent. With an `Idempotency-Key`, repeating the request never sends twice.',
  id: PollId,
  only: { type: 'poll', missing: 'poll_not_found' },
  body: z.object({
    options: z
      .array(words(1000))
      .max(100)
      .describe('Texts of the chosen options; none takes the vote back')
      .meta({ examples: [['Pizza']] }),
  }),
  content(message, { options }, { clock }) {
    const target = targetOf(message)
    const { body, view } = message
    if (!body || !view?.poll) throw new AppError('message_not_suitable', 'What the poll asks is not stored')
    const { endsAt } = view.poll
    if (endsAt !== undefined && endsAt <= clock.now()) throw new AppError('message_not_suitable', 'The poll has ended')
    return { type: 'poll_vote', target, poll: body, options }
  },
})
