import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { LabelId } from '../../schemas/label.ts'
import { limit } from '../../schemas/limit.ts'
import { AddressCursor, addressCursor } from '../../schemas/page-cursor.ts'
import { person, personFields } from '../../schemas/person.ts'

export default defineOperation({
  method: 'GET',
  path: '/labels/{label_id}/chats',
  auth: 'device',
  summary: 'Chats with a label',
  description: 'The device need not be connected.',
  params: z.object({ label_id: LabelId }),
  query: z.object({
    limit: limit(50, 200),
    cursor: AddressCursor.optional().describe('`next_cursor` of the page before'),
  }),
  response: z.object({
    chats: z.array(z.object(personFields('chat_jid', 'Address of the chat'))),
    next_cursor: z.string().optional().describe('Where the next page begins; absent on the last'),
  }),
  errors: ['label_not_found'],
  async run({ labelBook, addresses, principal: { deviceId } }, { params: { label_id: id }, query }) {
    await labelBook.get(deviceId, id)
    const page = { limit: query.limit + 1, ...(query.cursor !== undefined && { after: query.cursor }) }
    const found = await labelBook.chats(deviceId, id, page)
    const chats = found.slice(0, query.limit)
    const both = await addresses.lookUp(deviceId, chats)
    return {
      chats: chats.map((jid) => person('chat_jid', both(jid))),
      ...(found.length > chats.length && { next_cursor: addressCursor(chats.at(-1)!) }),
    }
  },
})
