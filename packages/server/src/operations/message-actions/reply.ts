import { z } from 'zod'
import { replyAct } from '../../kit/send-act.ts'
import { textContent } from '../../links/text-content.ts'
import { LinkPreview, MessageText } from '../../schemas/send-options.ts'

export default replyAct({
  path: '/messages/{message_id}/reply',
  summary: 'Answer a message, quoting it',
  body: z.object({ text: MessageText, link_preview: LinkPreview.optional() }),
  content: ({ text, link_preview }, context) => textContent(context, text, link_preview),
})
