import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { LabelId } from '../../schemas/label.ts'
import { limit } from '../../schemas/limit.ts'
import { Message } from '../../schemas/message.ts'
import { LabeledMessageCursor, labeledMessageCursor } from '../../schemas/page-cursor.ts'
import { messageView } from '../messaging/views.ts'

export default defineOperation({
  method: 'GET',
  path: '/labels/{label_id}/messages',
  auth: 'device',
  summary: 'Messages with a label, those that are known here',
  description: 'The device need not be connected.',
  params: z.object({ label_id: LabelId }),
  query: z.object({
    limit: limit(50, 200),
    cursor: LabeledMessageCursor.optional().describe('`next_cursor` of the page before'),
  }),
  response: z.object({
    messages: z
      .array(Message)
      .describe('A page may hold fewer than asked for: messages that are not known here are left out'),
    next_cursor: z.string().optional().describe('Where the next page begins; absent on the last'),
  }),
  errors: ['label_not_found'],
  async run({ labelBook, messages, baseUrl, principal: { deviceId } }, { params: { label_id: id }, query }) {
    await labelBook.get(deviceId, id)
    const page = { limit: query.limit + 1, ...(query.cursor !== undefined && { after: query.cursor }) }
    const found = await labelBook.messages(deviceId, id, page)
    const places = found.slice(0, query.limit)
    return {
      messages: (await messages.at(deviceId, places)).map((message) => messageView(message, baseUrl)),
      ...(found.length > places.length && { next_cursor: labeledMessageCursor(places.at(-1)!) }),
    }
  },
})
