import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ApiKeyPath } from './api-key-shapes.ts'
import { DeviceEntry, DevicePageQuery, nextCursorHeader, toDeviceEntry } from './device-shapes.ts'
import { readDevicePage } from './read-device-page.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/api-keys/{id}/devices',
  auth: 'admin',
  summary: 'Devices of one API key, newest first',
  params: ApiKeyPath,
  query: DevicePageQuery,
  response: z.array(DeviceEntry),
  headers: nextCursorHeader,
  errors: ['api_key_not_found'],
  async run({ tenants, setHeader }, { params, query }) {
    await tenants.apiKeys.get(params.id)
    const { rows, next } = await readDevicePage(tenants.devices, query, params.id)
    if (next !== undefined) setHeader('x-next-cursor', next)
    return rows.map(toDeviceEntry)
  },
})
