import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DeviceEntry, DevicePageQuery, toDeviceEntry } from './device-shapes.ts'
import { readDevicePage } from './read-device-page.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/devices',
  auth: 'admin',
  summary: 'Every device of every customer, newest first',
  description:
    'The summary counts all devices, whatever the page. It shows what is stored; `/admin/devices/status` asks the live sessions.',
  query: DevicePageQuery,
  response: z.object({
    devices: z.array(DeviceEntry.extend({ customer_name: z.string() })),
    summary: z.object({
      total: z.int(),
      connected: z.int(),
      disconnected: z.int().meta({ description: 'Disconnected and logged out.' }),
      pending: z.int(),
    }),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ tenants }, { query }) {
    const [{ rows, next }, counts] = await Promise.all([
      readDevicePage(tenants.devices, query),
      tenants.devices.counts(),
    ])
    const { active = 0, disconnected = 0, logged_out = 0, pending = 0 } = counts
    return {
      devices: rows.map((row) => ({ ...toDeviceEntry(row), customer_name: row.customerName })),
      summary: {
        total: active + disconnected + logged_out + pending,
        connected: active,
        disconnected: disconnected + logged_out,
        pending,
      },
      ...(next !== undefined && { next_cursor: next }),
    }
  },
})
