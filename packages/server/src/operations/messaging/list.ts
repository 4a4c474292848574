import { z } from 'zod'
import { chatAct } from '../../kit/presets.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { Message } from '../../schemas/message.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { MessageListCursor, messageListCursor } from '../../schemas/page-cursor.ts'
import { person, personFields } from '../../schemas/person.ts'
import { words } from '../../schemas/text.ts'
import { messageView } from './views.ts'

export default chatAct({
  method: 'GET',
  path: '/chats/{chat_jid}/messages',
  summary: 'List the stored messages of a chat, newest first',
  description:
    'A page ends after `limit` messages or about 1 MiB. `next_cursor` continues from there, with the same `before`, `after` and `search` if they were given; without it, nothing more is stored.',
  query: z.object({
    limit: pageLimit(50, 500),
    before: MessageId.optional().describe('Only messages older than this one'),
    after: MessageId.optional().describe('Only messages newer than this one; the ones next to it come'),
    search: words(200)
      .optional()
      .describe('Only messages with these characters in their text, in capitals or not')
      .meta({ examples: ['invoice'] }),
    cursor: MessageListCursor.optional().meta({ description: '`next_cursor` of an earlier page.' }),
  }),
  response: z.object({
    ...personFields('chat_jid', 'Address of the chat'),
    limit: z.int(),
    before: z.string(),
    after: z.string(),
    messages: z.array(Message),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  errors: ['message_not_found'],
  async run({ messages, addresses, principal, chat, baseUrl }, _body, { query }) {
    const { limit, before, after, search, cursor } = query
    const page = await messages.list(principal.deviceId, {
      chat,
      limit,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      ...(search !== undefined && { containing: search }),
      ...(cursor && { from: cursor }),
    })
    return {
      ...person('chat_jid', (await addresses.lookUp(principal.deviceId, [chat]))(chat)),
      limit,
      before: before ?? '',
      after: after ?? '',
      messages: page.messages.map((message) => messageView(message, baseUrl)),
      ...(page.next && { next_cursor: messageListCursor(page.next) }),
    }
  },
})
