import type { BinaryNode, Stanza } from '@switchboard/link'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import { childOf, serverJid } from '../wire/nodes.ts'

interface SettingsRequest {
  readonly request: Stanza
  /** Whether the answer changed the credentials. */
  answered?(answer: BinaryNode): boolean
}

/** What a client asks for when it has logged in: its settings, who is blocked, and the account's privacy (seen in: baileys chats.js `executeInitQueries`). */
export const settingsRequests = (creds: DeviceCreds): readonly SettingsRequest[] => [
  {
    request: {
      tag: 'iq',
      attrs: { to: serverJid, xmlns: 'abt', type: 'get' },
      content: [{ tag: 'props', attrs: { protocol: '1', hash: creds.lastPropHash } }],
    },
    answered: (answer) => keepHash(childOf(answer, 'props')?.attrs['hash'], creds),
  },
  { request: { tag: 'iq', attrs: { xmlns: 'blocklist', to: serverJid, type: 'get' } } },
  {
    request: {
      tag: 'iq',
      attrs: { xmlns: 'privacy', to: serverJid, type: 'get' },
      content: [{ tag: 'privacy', attrs: {} }],
    },
  },
]

function keepHash(hash: string | undefined, creds: DeviceCreds): boolean {
  if (!hash || hash === creds.lastPropHash) return false
  creds.lastPropHash = hash
  return true
}
