import type { DeviceRow } from '@switchboard/client'
import { api } from '../../data/api.ts'
import { session } from '../../data/session.ts'

/** A device as lists show it; undefined for the device itself, which sees no list. */
export const deviceRow = async (id: string, signal?: AbortSignal): Promise<DeviceRow | undefined> => {
  const kind = session.peek()?.kind
  if (kind === 'device' || !kind) return undefined
  const request = { query: { search: id, limit: 1 }, ...(signal && { signal }) }
  const { devices } =
    kind === 'operator' ? await api.admin.listDevices(request) : await api.deviceRegistration.list(request)
  return devices[0]
}
