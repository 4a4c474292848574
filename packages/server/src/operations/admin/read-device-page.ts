import type { z } from 'zod'
import { deviceListCursor } from '../../schemas/page-cursor.ts'
import type { Devices, StoredDevice } from '../../tenants/devices.ts'
import type { DevicePageQuery } from './device-shapes.ts'

/** One page of devices, newest first, and where the next one begins (undefined after the last). */
export async function readDevicePage(
  devices: Devices,
  { limit, cursor }: z.output<typeof DevicePageQuery>,
  apiKeyId?: number,
): Promise<{ rows: StoredDevice[]; next: string | undefined }> {
  const rows = await devices.list({
    ...(apiKeyId !== undefined && { apiKeyId }),
    ...(cursor && { after: cursor }),
    // One more than asked for tells whether anything follows.
    ...(limit !== undefined && { limit: limit + 1 }),
  })
  if (limit === undefined || rows.length <= limit) return { rows, next: undefined }
  const page = rows.slice(0, limit)
  return { rows: page, next: deviceListCursor(page[limit - 1]!) }
}
