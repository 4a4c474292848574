import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { AccessKeyWithSecret, accessKeyFields, toAccessKeyEntry } from './access-key-shapes.ts'

const { label, scopes, expires_at, networks } = accessKeyFields

export default defineOperation({
  method: 'POST',
  path: '/access-keys',
  auth: 'api_key',
  summary: 'Make a credential that may do less than the API key',
  description:
    'It is sent like the API key (`X-API-Key: wak_…`) or like a token (`Authorization: Bearer wak_…`). With `device_id` it is for that device alone, as a token is; without, for the API key and, with `X-Device-ID`, for each of its devices. It ends with the API key, with the device, with `expires_at`, and when it is deleted. It outlives a rotation of the API key. No access key can make or change access keys. An API key has at most 100.',
  body: z.object({
    label,
    scopes,
    device_id: DeviceId.optional().meta({ description: 'The only device that it is for.' }),
    expires_at: expires_at.optional(),
    networks: networks.optional(),
  }),
  response: AccessKeyWithSecret,
  status: 201,
  message: 'Access key created',
  errors: ['device_not_found', 'access_key_limit_reached'],
  async run({ tenants, principal }, { body }) {
    const fields = {
      label: body.label,
      scopes: body.scopes,
      networks: body.networks ?? [],
      expiresAt: body.expires_at ?? null,
    }
    const deviceId = body.device_id?.toLowerCase() ?? null
    const { key, secret } = await tenants.accessKeys.create(principal.apiKeyId, deviceId, fields)
    return { ...toAccessKeyEntry(key), secret }
  },
})
