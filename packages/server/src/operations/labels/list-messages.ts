import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { LabelId } from '../../schemas/label.ts'
import { limit } from '../../schemas/limit.ts'
import { Message } from '../../schemas/message.ts'
import { messageView } from '../messaging/views.ts'

export default defineOperation({
  method: 'GET',
  path: '/labels/{label_id}/messages',
  auth: 'device',
  summary: 'Messages with a label, those that are known here',
  description: 'The device need not be connected.',
  params: z.object({ label_id: LabelId }),
  query: z.object({ limit: limit(50, 200) }),
  response: z.object({ messages: z.array(Message) }),
  errors: ['label_not_found'],
  async run({ labelBook, messages, baseUrl, principal: { deviceId } }, { params: { label_id: id }, query }) {
    await labelBook.get(deviceId, id)
    const found = await messages.at(deviceId, await labelBook.messages(deviceId, id, query.limit))
    return { messages: found.map((message) => messageView(message, baseUrl)) }
  },
})
