import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { MessageListCursor, messageListCursor } from '../../schemas/page-cursor.ts'
import { Status } from '../../schemas/status.ts'
import { statusView } from './status-view.ts'

export default defineOperation({
  method: 'GET',
  path: '/status',
  auth: 'device',
  summary: 'List the status posts that are still shown, own and others’, newest first',
  description: 'Posts are shown for 24 hours. Listing them tells nobody that they were seen.',
  query: z.object({
    limit: pageLimit(50, 200),
    cursor: MessageListCursor.optional().meta({ description: '`next_cursor` of an earlier page.' }),
  }),
  response: z.object({
    statuses: z.array(Status),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ statuses, principal, baseUrl }, { query: { limit, cursor } }) {
    const { posts, next } = await statuses.list(principal.deviceId, { limit, from: cursor })
    return {
      statuses: posts.map((post) => statusView(post, baseUrl)),
      ...(next && { next_cursor: messageListCursor(next) }),
    }
  },
})
