import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/force-active-receipts',
  auth: 'device',
  summary: 'Report messages as delivered to an active device',
  description:
    'Senders then see two ticks even while this account is not online. Stored, and in force after every reconnect.',
  body: z.object({ active: z.boolean() }),
  async run({ sessions, principal }, { body }) {
    await sessions.changeSettings(principal.deviceId, { forceActiveReceipts: body.active })
    return undefined
  },
})
