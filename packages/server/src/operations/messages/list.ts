import { z } from 'zod'
import { chatAct } from '../../kit/presets.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { Message, messageView } from '../../schemas/message.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { person, personFields } from '../../schemas/person.ts'

export default chatAct({
  method: 'GET',
  path: '/chats/{chat_jid}/messages',
  summary: 'List the stored messages of a chat, newest first',
  query: z.object({
    limit: pageLimit(50, 500),
    before: MessageId.optional().describe('Only messages older than this one'),
    after: MessageId.optional().describe('Only messages newer than this one; the ones next to it come'),
  }),
  response: z.object({
    ...personFields('chat_jid', 'Address of the chat'),
    limit: z.int(),
    before: z.string(),
    after: z.string(),
    messages: z.array(Message),
  }),
  errors: ['message_not_found'],
  async run({ messages, addresses, principal, chat }, _body, { query: { limit, before, after } }) {
    const found = await messages.list(principal.deviceId, {
      chat,
      limit,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    })
    return {
      ...person('chat_jid', (await addresses.lookUp(principal.deviceId, [chat]))(chat)),
      limit,
      before: before ?? '',
      after: after ?? '',
      messages: found.map(messageView),
    }
  },
})
