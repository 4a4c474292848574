import type { Device } from '../world/account.ts'
import type { World } from '../world/world.ts'

/** Codes that WhatsApp gives at login: the stream ends, and the next login is refused with the same.
 *  402 temporary ban, 403 locked, 405 client outdated, 406 banned, 409 bad user agent, 411 multi-device mismatch. */
const loginCodes = new Set([402, 403, 405, 406, 409, 411])

/** Ends a device's stream. 401 unlinks it (device_removed), 440 is "replaced by another connection", 0 closes without a word;
 *  codes that belong to logins are also given to the next one; any other is a stream error. */
export function endStream(world: World, device: Device, code: number): void {
  if (code === 401) {
    world.removeDevice(device, 'disconnected with 401')
    return
  }
  if (loginCodes.has(code)) {
    world.faults.failLogins(device, { reason: code, ...(code === 402 ? { code: 101, expireSeconds: 3600 } : {}) })
  }
  const stream = world.streams.get(device)
  if (code === 440) stream?.end({ kind: 'replaced' })
  else if (code === 0) stream?.end({ kind: 'close' })
  else stream?.end({ kind: 'code', code })
}
