import { z } from 'zod'
import { sendAct } from '../../kit/send-act.ts'
import { textContent } from '../../links/text-content.ts'
import { GroupStatus, LinkPreview, MessageText } from '../../schemas/send-options.ts'

export default sendAct({
  path: '/chats/{chat_jid}/messages',
  summary: 'Send a text message',
  body: z.object({ text: MessageText, link_preview: LinkPreview.optional(), group_status: GroupStatus.optional() }),
  content: ({ text, link_preview }, context) => textContent(context, text, link_preview),
})
