import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/reconnect',
  auth: 'device',
  summary: 'Drop the connection and open it again',
  description: 'Waits up to ten seconds for the outcome; the attempt continues after that.',
  response: z.object({ state: z.string(), connected: z.boolean() }),
  errors: ['device_not_linked'],
  async run({ sessions, principal }) {
    const status = await sessions.reconnect(principal.deviceId)
    return { state: status.state.name, connected: status.connected }
  },
})
