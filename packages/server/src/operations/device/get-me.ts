import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { Instant } from '../../schemas/instant.ts'
import { DeviceStatus } from '../admin/device-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me',
  auth: 'device',
  summary: 'The calling device, as it is stored',
  response: z.object({
    device_id: DeviceId,
    device_name: z.string(),
    whatsmeow_jid: z.string().meta({ description: 'WhatsApp address of the linked account; empty before linking.' }),
    username: z
      .string()
      .nullable()
      .describe('User name of the account, without @; null where there is none, or none is known yet'),
    status: DeviceStatus,
    created_at: Instant,
    last_active: Instant.nullable(),
  }),
  async run({ tenants, principal }) {
    const row = await tenants.devices.get(principal.deviceId)
    return {
      device_id: row.id,
      device_name: row.name,
      whatsmeow_jid: row.jid ?? '',
      username: row.username,
      status: row.status,
      created_at: row.createdAt,
      last_active: row.lastActiveAt,
    }
  },
})
