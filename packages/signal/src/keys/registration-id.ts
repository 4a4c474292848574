import { randomInt } from 'node:crypto'

/** A random registration id of 14 bits, never zero. */
export function generateRegistrationId(): number {
  return randomInt(1, 0x4000)
}
