import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { ApiKeyEntry, ApiKeyPath, toApiKeyEntry } from './api-key-shapes.ts'
import { DeviceEntry, toDeviceEntry } from './device-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/api-keys/{id}',
  auth: 'admin',
  summary: 'One API key with its devices',
  params: ApiKeyPath,
  response: ApiKeyEntry.extend({
    devices: z.array(DeviceEntry),
    created_at: Instant,
    updated_at: Instant,
  }),
  errors: ['api_key_not_found'],
  async run({ tenants }, { params }) {
    const key = await tenants.apiKeys.get(params.id)
    const devices = await tenants.devices.list({ apiKeyId: params.id })
    return {
      ...toApiKeyEntry(key),
      devices: devices.map(toDeviceEntry),
      created_at: key.createdAt,
      updated_at: key.updatedAt,
    }
  },
})
