import { z } from 'zod'
import { MessageId } from '../../schemas/message-id.ts'
import { defineOperation } from '../define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/messages/{message_id}/cancel',
  auth: 'device',
  group: 'Message Actions',
  summary: 'Cancel a message that is still queued',
  params: z.object({ message_id: MessageId }),
  errors: ['message_not_found', 'message_not_cancellable'],
  async run({ messages, principal }, { params }) {
    await messages.cancel(principal.deviceId, params.message_id)
    return undefined
  },
})
