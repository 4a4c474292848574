import { z } from 'zod'
import { DeviceId } from '../../schemas/device-id.ts'
import { Instant } from '../../schemas/instant.ts'
import { optionalLimit } from '../../schemas/limit.ts'
import { DeviceListCursor } from '../../schemas/page-cursor.ts'
import { liveState } from '../../sessions/live-state.ts'
import type { SessionStatus } from '../../sessions/sessions.ts'
import type { StoredDevice } from '../../tenants/devices.ts'

export const DeviceStatus = z
  .enum(['pending', 'active', 'disconnected', 'logged_out'])
  .meta({ id: 'DeviceStatus', description: 'Stored status: never linked, connected, not connected, link removed.' })

/** A device as lists show it. */
export const DeviceEntry = z.object({
  device_id: DeviceId,
  device_name: z.string(),
  api_key_id: z.int(),
  whatsmeow_jid: z.string().meta({ description: 'WhatsApp address of the linked account; empty before linking.' }),
  status: DeviceStatus,
  created_at: Instant,
  last_active_at: Instant.nullable(),
})

export const toDeviceEntry = (device: StoredDevice): z.input<typeof DeviceEntry> => ({
  device_id: device.id,
  device_name: device.name,
  api_key_id: device.apiKeyId,
  whatsmeow_jid: device.jid ?? '',
  status: device.status,
  created_at: device.createdAt,
  last_active_at: device.lastActiveAt,
})

/** Live state of a device, in addition to what is stored. */
export const DeviceLiveEntry = z.object({
  device_id: DeviceId,
  device_name: z.string(),
  customer_name: z.string(),
  whatsmeow_jid: z.string(),
  db_status: DeviceStatus,
  client_loaded: z.boolean(),
  connected: z.boolean(),
  is_connected: z.boolean(),
  is_logged_in: z.boolean(),
  state: z.string().meta({ description: 'Session state: `idle`, `connecting`, `open`, `replaced`, `banned`…' }),
  error: z.string().optional().meta({ description: 'Why it is not connected; absent when all is well.' }),
})

/** States in which nothing is wrong, connected or on the way there. */
const healthy = new Set(['idle', 'open', 'connecting', 'pairing', 'passkey_required', 'passkey_confirm'])

export const toDeviceLiveEntry = (device: StoredDevice, live: SessionStatus): z.input<typeof DeviceLiveEntry> => ({
  device_id: device.id,
  device_name: device.name,
  customer_name: device.customerName,
  whatsmeow_jid: device.jid ?? '',
  db_status: device.status,
  client_loaded: live.loaded,
  connected: live.connected,
  is_connected: live.connected,
  is_logged_in: liveState(live, device).linked,
  state: live.state.name,
  ...(!healthy.has(live.state.name) && { error: `${live.state.reason ?? live.state.name}: ${live.nextAction.text}` }),
})

/** Where a list that is a bare array says how to continue. */
export const nextCursorHeader = { 'X-Next-Cursor': 'Where the next page begins; absent on the last' }

/** Page of a list of devices; without `limit` the list is whole. */
export const DevicePageQuery = z.object({
  limit: optionalLimit,
  cursor: DeviceListCursor.optional().meta({
    description: 'Continues after an earlier page: its `next_cursor`, or its header `X-Next-Cursor`.',
  }),
})
