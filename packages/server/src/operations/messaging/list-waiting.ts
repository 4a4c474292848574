import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { Message } from '../../schemas/message.ts'
import { WaitingListCursor, waitingListCursor } from '../../schemas/page-cursor.ts'
import { messageView } from './views.ts'

const states = ['scheduled', 'queued', 'sending'] as const
const ended = ['failed', 'expired', 'unknown'] as const

type Ended = (typeof ended)[number]

const isEnded = (state: string | undefined): state is Ended => ended.some((each) => each === state)

export default defineOperation({
  method: 'GET',
  path: '/messages',
  auth: 'device',
  summary: 'List the messages that wait to be sent, in the order of their times, or that were not sent',
  description:
    'With `failed`, `expired` or `unknown` those that were not sent, newest first; `reason` says why, and `POST /messages/{message_id}/retry` sends the first two again.',
  query: z.object({
    state: z
      .enum([...states, ...ended])
      .optional()
      .describe('Only those; all that wait when absent.'),
    limit: pageLimit(50, 200),
    cursor: WaitingListCursor.optional().meta({ description: '`next_cursor` of an earlier page.' }),
  }),
  response: z.object({
    messages: z.array(Message),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ messages, principal, baseUrl }, { query: { state, limit, cursor } }) {
    const { deviceId } = principal
    const asked = { limit, after: cursor }
    const { messages: page, next } = isEnded(state)
      ? await messages.notSent(deviceId, { ...asked, states: [state] })
      : await messages.waiting(deviceId, { ...asked, states: state === undefined ? states : [state] })
    return {
      messages: page.map((message) => messageView(message, baseUrl)),
      ...(next && { next_cursor: waitingListCursor(next) }),
    }
  },
})
