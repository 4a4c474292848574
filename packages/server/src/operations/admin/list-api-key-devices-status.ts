import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ApiKeyPath } from './api-key-shapes.ts'
import { DeviceLiveEntry, DevicePageQuery, nextCursorHeader, toDeviceLiveEntry } from './device-shapes.ts'
import { readDevicePage } from './read-device-page.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/api-keys/{id}/devices/status',
  auth: 'admin',
  summary: 'Live state of one customer’s devices',
  params: ApiKeyPath,
  query: DevicePageQuery,
  response: z.array(DeviceLiveEntry),
  headers: nextCursorHeader,
  errors: ['api_key_not_found'],
  async run({ tenants, sessions, setHeader }, { params, query }) {
    await tenants.apiKeys.get(params.id)
    const { rows, next } = await readDevicePage(tenants.devices, query, params.id)
    if (next !== undefined) setHeader('x-next-cursor', next)
    return rows.map((row) => toDeviceLiveEntry(row, sessions.statusOf(row)))
  },
})
