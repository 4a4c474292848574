import { z } from 'zod'
import { changeAct } from '../../kit/send-act.ts'
import { targetOf } from '../../messages/check-target.ts'
import { ReactionEmoji } from '../../schemas/emoji.ts'

export default changeAct({
  method: 'POST',
  path: '/messages/{message_id}/reaction',
  summary: 'React to a message, change the reaction, or take it back',
  body: z.object({ emoji: ReactionEmoji }),
  content: (message, { emoji }) => ({ type: 'reaction', target: targetOf(message), emoji }),
})
