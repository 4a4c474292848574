import { z } from 'zod'
import { changeAct } from '../../kit/send-act.ts'
import { editable } from '../../messages/check-target.ts'
import { OwnMessageId } from '../../schemas/message-id.ts'
import { Mentions, MessageText } from '../../schemas/send-options.ts'

export default changeAct({
  method: 'PATCH',
  path: '/messages/{message_id}',
  summary: 'Edit an own message',
  id: OwnMessageId,
  body: z.object({
    text: MessageText.describe('What it says from now on: its text, or the caption of its file'),
    mentions: Mentions.optional(),
  }),
  errors: ['not_own_message', 'message_too_old'],
  content: (message, { text }, { clock }) => ({ type: 'edit', text, ...editable(message, clock.now()) }),
})
