import { createHash } from 'node:crypto'
import type { WireNode } from '../../wire/node.ts'
import { numberBytes } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import { StanzaError } from '../stanza-error.ts'

/** What the server holds of a device's keys, so that the device can compare: SHA-1 over identity, signed prekey, its signature and the one-time
 *  prekeys in the order of `<list>`. Checked by one client (zapo SignalDigestSyncApi.ts); baileys only wants the node to be there. */
export function keyDigest(device: Device): WireNode {
  const signed = device.signedPreKey
  if (!signed) throw new StanzaError(404, 'item-not-found')
  const preKeys = device.preKeys.list()
  const hash = createHash('sha1').update(device.identityKey).update(signed.publicKey).update(signed.signature)
  for (const key of preKeys) hash.update(key.publicKey)
  const skey = [
    leaf('id', numberBytes(signed.keyId, 3)),
    leaf('value', signed.publicKey),
    leaf('signature', signed.signature),
  ]
  return {
    tag: 'digest',
    attrs: {},
    content: [
      leaf('registration', numberBytes(device.registrationId, 4)),
      leaf('type', Uint8Array.of(5)),
      leaf('identity', device.identityKey),
      { tag: 'skey', attrs: {}, content: skey },
      { tag: 'list', attrs: {}, content: preKeys.map((key) => leaf('id', numberBytes(key.keyId, 3))) },
      leaf('hash', hash.digest()),
    ],
  }
}

function leaf(tag: string, content: Uint8Array): WireNode {
  return { tag, attrs: {}, content }
}
