import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { liveState } from '../../sessions/live-state.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/devices/status',
  auth: 'admin',
  summary: 'Live connection state of every device',
  description: 'Connections of this process.',
  response: z.object({
    devices: z.array(
      z.object({
        device_id: z.uuid(),
        device_name: z.string(),
        customer_name: z.string(),
        whatsmeow_jid: z.string(),
        db_status: z.string(),
        client_loaded: z.boolean(),
        connected: z.boolean(),
        is_connected: z.boolean(),
        is_logged_in: z.boolean(),
        state: z.string(),
        error: z.string().optional(),
      }),
    ),
    summary: z.object({ total: z.int(), online: z.int(), offline: z.int() }),
  }),
  async run({ tenants, sessions }) {
    const devices = (await tenants.devices.list()).map((row) => {
      const status = sessions.statusOf(row)
      const { connected, loaded } = status
      const { name, linked, error } = liveState(status, row)
      return {
        device_id: row.id,
        device_name: row.name,
        customer_name: row.customerName,
        whatsmeow_jid: row.jid ?? '',
        db_status: row.status,
        client_loaded: loaded,
        connected,
        is_connected: connected,
        is_logged_in: linked,
        state: name,
        ...(!connected && { error }),
      }
    })
    const online = devices.filter(({ connected }) => connected).length
    return { devices, summary: { total: devices.length, online, offline: devices.length - online } }
  },
})
