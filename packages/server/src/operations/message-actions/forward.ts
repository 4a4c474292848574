import { z } from 'zod'
import { forwardAct } from '../../kit/send-act.ts'
import { forwardable } from '../../messages/check-target.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'

export default forwardAct({
  path: '/messages/{message_id}/forward',
  summary: 'Send a message on to another chat',
  body: z.object({
    to_chat_jid: ChatAddress.describe('Where it goes'),
    chat_jid: ChatAddress.optional().describe(
      'Chat of the message. Needed only where messages of several chats have the same id.',
    ),
  }),
  errors: ['message_not_suitable'],
  async content({ chat_jid: chat }, { messages, principal }, id) {
    return { type: 'forward', ...forwardable(await messages.forwardable(principal.deviceId, id, chat)) }
  },
})
