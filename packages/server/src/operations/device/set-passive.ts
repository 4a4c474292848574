import { z } from 'zod'
import { anyRefusal } from '../../errors/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/passive',
  auth: 'device',
  summary: 'Let WhatsApp hold back what comes in, or deliver it again',
  description: 'Stored, applied now when the device is connected, and applied again after every reconnect.',
  body: z.object({ passive: z.boolean() }),
  errors: ['whatsapp_timeout', ...anyRefusal],
  async run({ sessions, principal }, { body }) {
    await sessions.changeSettings(principal.deviceId, { passive: body.passive })
    return undefined
  },
})
