import { parseJid, type Rewind, type StoredSecret } from '@switchboard/engine'
import { archiveSession, deserializeSession } from '@switchboard/signal'
import { credsKind, linkedCredsIn } from '../credentials/creds-codec.ts'
import { toStoredJson } from '../credentials/stored-json.ts'
import { keyHoldersKind, senderKeyKind, sessionKind } from '../signal/ratchet-steps.ts'
import { formatAddress } from '../signal/signal-address.ts'

/** More than are made in a life: a number that the server still has for another key must not come again. */
const preKeysLeftOut = 100_000
/** Ids are 24 bits on the wire. */
const preKeyIds = 0xff_ff_ff

/** For the secrets of one device. */
export function createRewind(): Rewind {
  let own: ReadonlySet<string> = new Set()
  return (secret) => {
    const { kind, key, value } = secret
    if (kind === credsKind) {
      const { value: kept, addresses } = rewoundCreds(secret)
      own = addresses
      return kept
    }
    if (kind === keyHoldersKind) return undefined
    if (kind === senderKeyKind) return own.has(key.slice(key.indexOf('|') + 1)) ? undefined : value
    return kind === sessionKind ? archiveSession(deserializeSession(value)).serialize() : value
  }
}

function rewoundCreds({ key, value }: StoredSecret): { value: Uint8Array; addresses: ReadonlySet<string> } {
  const creds = linkedCredsIn(new Map([[key, value]]))
  if (!creds) return { value, addresses: new Set() }
  const nextPreKeyId = ((creds.nextPreKeyId + preKeysLeftOut - 1) % preKeyIds) + 1
  const parsed = [creds.me?.id, creds.me?.lid].map((jid) => parseJid(jid ?? ''))
  const device = parsed[0]?.device ?? 0
  // The LID stands without or with the number of the device.
  const addresses = parsed.flatMap((each) => (each ? [formatAddress({ ...each, device })] : []))
  const kept = { ...creds, nextPreKeyId, firstUnuploadedPreKeyId: nextPreKeyId }
  return { value: toStoredJson(kept), addresses: new Set(addresses) }
}
