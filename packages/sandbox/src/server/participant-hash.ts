import { createHash } from 'node:crypto'
import { formatAdJid } from '../wire/jid.ts'
import type { Jid } from '../wire/node.ts'

/** Version 2 hash of a device list: `2:` + base64 of the first 6 bytes of SHA-256 over the sorted addresses (whatsmeow send.go). */
export function participantHash(devices: readonly Jid[]): string {
  const sorted = devices.map(formatAdJid).sort()
  return `2:${createHash('sha256').update(sorted.join('')).digest().subarray(0, 6).toString('base64')}`
}
