import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { Message } from '../../schemas/message.ts'
import { WaitingListCursor, waitingListCursor } from '../../schemas/page-cursor.ts'
import { messageView } from './views.ts'

const states = ['scheduled', 'queued', 'sending'] as const

export default defineOperation({
  method: 'GET',
  path: '/messages',
  auth: 'device',
  summary: 'List the messages that wait to be sent, in the order of their times',
  query: z.object({
    state: z.enum(states).optional().describe('Only those; all three when absent.'),
    limit: pageLimit(50, 200),
    cursor: WaitingListCursor.optional().meta({ description: '`next_cursor` of an earlier page.' }),
  }),
  response: z.object({
    messages: z.array(Message),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ messages, principal, baseUrl }, { query: { state, limit, cursor } }) {
    const wanted = state === undefined ? states : [state]
    const { messages: page, next } = await messages.waiting(principal.deviceId, {
      states: wanted,
      limit,
      after: cursor,
    })
    return {
      messages: page.map((message) => messageView(message, baseUrl)),
      ...(next && { next_cursor: waitingListCursor(next) }),
    }
  },
})
