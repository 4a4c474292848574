import type { Tenants } from './tenants.ts'

/** Looks for a device that another node may have made just now, when this one does not know it. */
export async function lookForDevice({ devices, shared }: Tenants, deviceId: string): Promise<void> {
  if (devices.apiKeyOf(deviceId) === undefined) await shared?.changes.refresh()
}
