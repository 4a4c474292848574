import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { changeAct } from '../../kit/send-act.ts'
import { targetOf } from '../../messages/check-target.ts'
import { PollId } from '../../schemas/poll.ts'

export default changeAct({
  method: 'DELETE',
  path: '/polls/{poll_id}',
  summary: 'Take an own poll back for everybody',
  id: PollId,
  only: { type: 'poll', missing: 'poll_not_found' },
  body: z.object({}),
  errors: ['not_own_message'],
  content(message) {
    const target = targetOf(message)
    if (!message.fromMe) throw new AppError('not_own_message')
    return { type: 'revoke', target }
  },
})
