import { z } from 'zod'
import { changeAct } from '../../kit/send-act.ts'
import { targetOf } from '../../messages/check-target.ts'

export default changeAct({
  method: 'POST',
  path: '/messages/{message_id}/keep',
  summary: 'Keep a disappearing message for everybody in the chat, or let it go again',
  body: z.object({ keep: z.boolean() }),
  content: (message, { keep }) => ({ type: 'keep', target: targetOf(message), kept: keep }),
})
