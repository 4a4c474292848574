import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/safety/resume',
  auth: 'device',
  summary: 'End the pause of the device',
  description: 'What waits leaves in its order, as soon as the limits of the device let it.',
  response: z.object({ was_paused: z.boolean() }),
  async run({ governor, principal: { deviceId } }) {
    return { was_paused: await governor.pauses.resume(deviceId, 'requested') }
  },
})
