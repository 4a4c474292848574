import type { WireNode } from '../wire/node.ts'
import { child } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'

/** Stands where a message would be. */
export const placeholderTag = 'unavailable'

/** What a companion gets in the place of a message that it may not have. Clients only receive it (seen in two: whatsmeow message.go, baileys decode-wa-message.js);
 *  that the phone names such companions is inferred. */
export function placeholderOf(from: Device, target: WireNode): WireNode | undefined {
  return from.id === 0 ? child(target, placeholderTag) : undefined
}
