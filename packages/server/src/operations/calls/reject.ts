import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { CallId } from '../../schemas/call.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'

export default defineOperation({
  method: 'POST',
  path: '/calls/reject',
  auth: 'device',
  summary: 'Refuse a call that rings',
  description:
    'The caller sees it, and the other devices of the account stop ringing. A call that was refused already stays refused.',
  needs: { ringing: ability('calls') },
  body: z.object({
    call_from: PersonAddress.describe('Who calls: number or LID'),
    call_id: CallId,
  }),
  errors: ['invalid_jid', 'invalid_phone', 'call_not_found', 'call_over'],
  async run({ calls, messages, principal }, { body }) {
    const { deviceId } = principal
    await calls.reject(deviceId, body.call_id, await messages.resolveChat(deviceId, body.call_from))
  },
})
