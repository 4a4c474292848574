import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DeviceEntry, DevicePageQuery, toDeviceEntry } from '../admin/device-shapes.ts'
import { readDevicePage } from '../admin/read-device-page.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices',
  auth: 'api_key',
  summary: 'The devices of the API key, newest first',
  query: DevicePageQuery,
  response: z.object({
    devices: z.array(DeviceEntry),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ tenants, principal }, { query }) {
    const { rows, next } = await readDevicePage(tenants.devices, query, principal.apiKeyId)
    return { devices: rows.map(toDeviceEntry), ...(next !== undefined && { next_cursor: next }) }
  },
})
