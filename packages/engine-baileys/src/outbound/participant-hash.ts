import { hash } from 'node:crypto'

/** Of lists that are kept, which are those of conversations under way. */
const known = new WeakMap<readonly string[], string>()

/** The hash by which server and client notice that their lists of devices differ (seen in: whatsmeow send.go `participantListHashV2`).
 *  @param devices not changed any more; as the directory gives them: `user@server`, or `user:device@server` for a companion */
export function participantHash(devices: readonly string[]): string {
  const made = known.get(devices) ?? hashOf(devices)
  known.set(devices, made)
  return made
}

function hashOf(devices: readonly string[]): string {
  const full = devices.map((jid) => {
    const at = jid.indexOf('@')
    const colon = jid.indexOf(':')
    return colon < 0 ? `${jid.slice(0, at)}.0:0${jid.slice(at)}` : `${jid.slice(0, colon)}.0${jid.slice(colon)}`
  })
  return `2:${hash('sha256', full.sort().join(''), 'buffer').toString('base64', 0, 6)}`
}
