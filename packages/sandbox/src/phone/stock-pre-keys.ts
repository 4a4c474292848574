import type { PhoneContext } from './phone-context.ts'

/** One-time prekeys that a phone publishes at first, and below which it publishes more. */
const batch = 16
const floor = 5

/** Publishes one-time prekeys when few are left. */
export function stockPreKeys({ device, signal }: PhoneContext): void {
  if (device.preKeys.size < floor) device.preKeys.add(signal.generatePreKeys(batch))
}
