import { z } from 'zod'
import { sendAct } from '../../kit/send-act.ts'
import { MessageText } from '../../schemas/send-options.ts'

export default sendAct({
  path: '/chats/{chat_jid}/messages',
  summary: 'Send a text message',
  body: z.object({ text: MessageText }),
  content: ({ text }) => ({ type: 'text', text }),
})
