import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { words } from '../../schemas/text.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/token',
  auth: 'none',
  destructive: true,
  summary: 'Exchange device id and secret for a new token',
  description:
    'Every older token of the device stops at once. A device takes ten tokens a minute. Wrong pairs are limited on their own, to ten a minute from one address and for one device, and never close the endpoint for the right pair. `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds) tell how many are left.',
  body: z.object({
    device_id: words(100),
    device_secret: words(200),
  }),
  response: z.object({ device_id: DeviceId, token: z.string(), message: z.string() }),
  message: 'Token created',
  headers: {
    'X-RateLimit-Limit': 'Requests a minute',
    'X-RateLimit-Remaining': 'How many of them are left',
    'X-RateLimit-Reset': 'Seconds until all are there again',
  },
  errors: ['unauthorized', 'rate_limited'],
  async run({ tenants, callerAddress, setHeader }, { body }) {
    const device_id = body.device_id.toLowerCase()
    const right = tenants.devices.isSecret(device_id, body.device_secret)
    tenants.tokenLimits.take({ deviceId: device_id, address: callerAddress, right }, setHeader)
    const token = await tenants.devices.createToken(device_id, body.device_secret)
    return { device_id, token, message: 'Older tokens of this device no longer work.' }
  },
})
