import type { Services } from '../../gateway/services.ts'
import type { Owner } from '../../tenants/devices.ts'
import { lookForDevice } from '../../tenants/look-for-device.ts'

/** Ends a device for good: its token at once, its link at WhatsApp, its webhooks, then every row of it. @throws AppError device_not_found */
export async function removeDevice(
  { tenants, sessions, webhooks }: Pick<Services, 'tenants' | 'sessions' | 'webhooks'>,
  deviceId: string,
  by?: Owner,
): Promise<void> {
  await tenants.devices.delete(deviceId, (id) => sessions.remove(id), by)
  webhooks.forget(deviceId)
}

/** The device that is named in a path, when it is there: another node may have made it just now. */
export const knownDevice = async (
  { tenants }: Pick<Services, 'tenants'>,
  { device_id: name = '' }: Readonly<Record<string, string>>,
): Promise<string | undefined> => {
  const deviceId = name.toLowerCase()
  await lookForDevice(tenants, deviceId)
  return tenants.devices.apiKeyOf(deviceId) === undefined ? undefined : deviceId
}
