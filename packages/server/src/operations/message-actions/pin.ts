import { z } from 'zod'
import { changeAct } from '../../kit/send-act.ts'
import { targetOf } from '../../messages/check-target.ts'

/** A day, a week, 30 days: what phones offer. */
const durations = [86_400, 604_800, 2_592_000] as const

export default changeAct({
  method: 'POST',
  path: '/messages/{message_id}/pin',
  summary: 'Pin a message in its chat for everybody, or unpin it',
  body: z.object({
    pin: z.boolean(),
    seconds: z.literal(durations).default(604_800).describe('How long it stays pinned: a day, a week or 30 days'),
  }),
  content: (message, { pin, seconds }) => ({ type: 'pin', target: targetOf(message), pinned: pin, seconds }),
})
