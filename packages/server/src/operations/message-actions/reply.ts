import { z } from 'zod'
import { replyAct } from '../../kit/send-act.ts'
import { MessageText } from '../../schemas/send-options.ts'

export default replyAct({
  path: '/messages/{message_id}/reply',
  summary: 'Answer a message, quoting it',
  body: z.object({ text: MessageText }),
  content: ({ text }) => ({ type: 'text', text }),
})
