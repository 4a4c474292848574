import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { text } from '../../schemas/text.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices',
  auth: 'api_key',
  summary: 'Create a device; answers its secret and its token',
  description:
    'The secret is shown in this answer and never again; it makes new tokens with `POST /devices/token`. A token ends when the device gets a new one or is deleted, when its API key is switched off, and after `SWITCHBOARD_TOKEN_TTL` where the operator set one.',
  forms: true,
  body: z.object({ device_name: text(255).optional() }),
  response: z.object({
    device_id: DeviceId,
    device_secret: z.string().meta({ description: '64 hex digits. Keep it now.' }),
    device_name: z.string(),
    token: z.string().meta({ description: 'For `Authorization: Bearer …`.' }),
    message: z.string(),
  }),
  status: 201,
  message: 'Device created',
  errors: ['quota_exceeded'],
  async run({ tenants, principal }, { body }) {
    const device_name = body.device_name ?? ''
    const { id, secret, token } = await tenants.devices.create(principal.apiKeyId, device_name)
    return {
      device_id: id,
      device_secret: secret,
      device_name,
      token,
      message: 'Keep device_secret now: it is not shown again.',
    }
  },
})
