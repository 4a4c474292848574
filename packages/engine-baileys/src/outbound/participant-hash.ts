import { createHash } from 'node:crypto'
import { parseJid } from '@switchboard/engine'

/** The hash by which server and client notice that their lists of devices differ (seen in: whatsmeow send.go `participantListHashV2`). */
export function participantHash(devices: readonly string[]): string {
  const full = devices.map((jid) => {
    const parsed = parseJid(jid)
    return parsed ? `${parsed.user}.0:${parsed.device}@${parsed.server}` : jid
  })
  return `2:${createHash('sha256').update(full.sort().join('')).digest().subarray(0, 6).toString('base64')}`
}
