import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Chat } from '../../schemas/chat.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { ChatListCursor, chatListCursor } from '../../schemas/page-cursor.ts'
import { chatView } from './views.ts'

export default defineOperation({
  method: 'GET',
  path: '/chats',
  auth: 'device',
  summary: 'List the chats, those with the newest messages first',
  description:
    'What is known here: from the history that the phone gives when it is linked, and from all that came since. The device need not be connected. A page ends after `limit` chats or about 1 MiB.',
  query: z.object({
    limit: pageLimit(50, 200),
    cursor: ChatListCursor.optional().meta({ description: '`next_cursor` of the page before.' }),
  }),
  response: z.object({
    chats: z.array(Chat),
    limit: z.int(),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ chatList, principal, baseUrl }, { query: { limit, cursor } }) {
    const { chats, next } = await chatList.list(principal.deviceId, { limit, ...(cursor && { after: cursor }) })
    const shown = chats.map((chat) => chatView(chat, baseUrl))
    return { chats: shown, limit, ...(next && { next_cursor: chatListCursor(next) }) }
  },
})
