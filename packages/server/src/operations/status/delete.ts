import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { messageRefusals } from '../../messages/refusals.ts'
import { MessageId } from '../../schemas/message-id.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/status/{status_id}',
  auth: 'device',
  summary: 'Take an own status post back from everybody who got it',
  params: z.object({ status_id: MessageId }),
  refusals: messageRefusals,
  errors: ['message_not_found', 'device_not_connected', 'device_not_linked', 'whatsapp_rate_limited', 'whatsapp_error'],
  async run({ statuses, principal }, { params }) {
    await statuses.revoke(principal.deviceId, params.status_id)
    return undefined
  },
})
