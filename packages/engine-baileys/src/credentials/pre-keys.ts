import type { CredentialWrite } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { KeyPair } from '@switchboard/signal'
import { bigEndian, serverJid } from '../wire/nodes.ts'
import type { DeviceCreds } from './device-creds.ts'

/** Kind under which unused one-time prekeys are stored, by id. */
export const preKeyKind = 'pre-key'

/** How many one-time prekeys a new device publishes (seen in: baileys Defaults, whatsmeow prekeys.go). */
export const initialPreKeyCount = 812

export const encodePreKey = (pair: KeyPair): Uint8Array => Buffer.concat([pair.publicKey, pair.privateKey])

export function decodePreKey(bytes: Uint8Array): KeyPair {
  const copy = Uint8Array.from(bytes)
  return { publicKey: copy.subarray(0, 32), privateKey: copy.subarray(32, 64) }
}

export interface NumberedPreKey {
  readonly id: number
  readonly pair: KeyPair
}

// Ids are 24 bits on the wire and start at 1.
const nextId = (id: number): number => (id >= 0xff_ff_ff ? 1 : id + 1)

/** Numbers fresh pairs, advancing the counter in `creds`; store `writes` together with the credentials before any leaves. */
export function numberPreKeys(creds: DeviceCreds, pairs: readonly KeyPair[]) {
  const keys: NumberedPreKey[] = pairs.map((pair) => {
    const id = creds.nextPreKeyId
    creds.nextPreKeyId = nextId(id)
    return { id, pair }
  })
  creds.firstUnuploadedPreKeyId = creds.nextPreKeyId
  const writes: CredentialWrite[] = keys.map(({ id, pair }) => ({
    kind: preKeyKind,
    key: String(id),
    value: encodePreKey(pair),
  }))
  return { keys, writes }
}

/** The kind of the keys: Curve25519 (seen in: baileys Defaults `KEY_BUNDLE_TYPE`, whatsmeow `ecc.DjbType`). */
export const keyBundleType: Uint8Array = Uint8Array.of(5)

const keyNode = (tag: string, id: number, publicKey: Uint8Array, signature?: Uint8Array): BinaryNode => ({
  tag,
  attrs: {},
  content: [
    { tag: 'id', attrs: {}, content: bigEndian(id, 3) },
    { tag: 'value', attrs: {}, content: publicKey },
    ...(signature ? [{ tag: 'signature', attrs: {}, content: signature }] : []),
  ],
})

export const preKeyNode = ({ id, pair }: NumberedPreKey): BinaryNode => keyNode('key', id, pair.publicKey)

export const signedPreKeyNode = ({ signedPreKey }: DeviceCreds): BinaryNode =>
  keyNode('skey', signedPreKey.keyId, signedPreKey.keyPair.public, signedPreKey.signature)

/** The request that publishes one-time prekeys (seen in: baileys Utils/signal.js, whatsmeow prekeys.go). */
export function uploadNode(creds: DeviceCreds, keys: readonly NumberedPreKey[]): BinaryNode {
  return {
    tag: 'iq',
    attrs: { xmlns: 'encrypt', type: 'set', to: serverJid },
    content: [
      { tag: 'registration', attrs: {}, content: bigEndian(creds.registrationId, 4) },
      { tag: 'type', attrs: {}, content: keyBundleType },
      { tag: 'identity', attrs: {}, content: creds.signedIdentityKey.public },
      { tag: 'list', attrs: {}, content: keys.map(preKeyNode) },
      signedPreKeyNode(creds),
    ],
  }
}
