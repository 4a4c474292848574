import type { Services } from '../../services.ts'

/** Ends a device for good: its token at once, its link at WhatsApp, its webhooks, then every row of it. @throws AppError device_not_found */
export async function removeDevice(
  { tenants, sessions, webhooks }: Pick<Services, 'tenants' | 'sessions' | 'webhooks'>,
  deviceId: string,
): Promise<void> {
  await tenants.devices.delete(deviceId, (id) => sessions.remove(id))
  webhooks.forget(deviceId)
}
