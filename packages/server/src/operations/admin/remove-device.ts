import type { Services } from '../../gateway/services.ts'
import type { Owner } from '../../tenants/devices.ts'

/** Ends a device for good: its token at once, its link at WhatsApp, its webhooks, then every row of it. @throws AppError device_not_found */
export async function removeDevice(
  { tenants, sessions, webhooks }: Pick<Services, 'tenants' | 'sessions' | 'webhooks'>,
  deviceId: string,
  by?: Owner,
): Promise<void> {
  await tenants.devices.delete(deviceId, (id) => sessions.remove(id), by)
  webhooks.forget(deviceId)
}

/** The device that is named in a path, when it is there. */
export const knownDevice = (
  { tenants }: Pick<Services, 'tenants'>,
  { device_id: name = '' }: Readonly<Record<string, string>>,
): string | undefined => {
  const deviceId = name.toLowerCase()
  return tenants.devices.apiKeyOf(deviceId) === undefined ? undefined : deviceId
}
