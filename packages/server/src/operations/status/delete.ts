import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { messageRefusals } from '../../messages/refusals.ts'
import { StatusId } from '../../schemas/status.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/status/{target}',
  auth: 'device',
  summary: 'Take an own status post back from everybody who got it',
  params: z.object({ target: StatusId }),
  refusals: messageRefusals,
  errors: ['message_not_found', 'device_not_connected', 'device_not_linked', 'whatsapp_rate_limited', 'whatsapp_error'],
  async run({ statuses, principal }, { params }) {
    await statuses.revoke(principal.deviceId, params.target)
    return undefined
  },
})
