import { timingSafeEqual } from 'node:crypto'
import { hmac, sign, verify } from '@switchboard/signal'
import type { BinaryNode } from '../binary-node.ts'
import type { DeviceKeys } from '../device-keys.ts'
import { childOf, serverJid } from '../nodes/contents.ts'
import type { Stanza } from '../nodes/stanza.ts'
import { DeviceIdentity, SignedDeviceIdentity, SignedDeviceIdentityHmac } from '../proto/messages.ts'

/** A pairing that does not prove what it must. `text` is the answer for WhatsApp. */
export class UnprovenPairing extends Error {
  readonly text: 'hmac-mismatch' | 'signature-mismatch' | 'internal-error'

  constructor(text: UnprovenPairing['text'], options?: ErrorOptions) {
    super(`pairing refused: ${text}`, options)
    this.text = text
  }
}

/** `ADVEncryptionType` in the public schema: a business that keeps its keys with a provider. */
const hosted = 1
/** What is signed begins with these (seen in: baileys Defaults, whatsmeow pair.go). */
const prefixes = { account: Uint8Array.of(6, 0), hostedAccount: Uint8Array.of(6, 5), device: Uint8Array.of(6, 1) }

/** What a pairing makes of a device. */
export interface AcceptedPairing {
  /** `number:device@s.whatsapp.net` */
  readonly jid: string
  readonly lid: string | undefined
  readonly platform: string | undefined
  readonly businessName: string | undefined
  /** The account's word for this device, with our signature under it. */
  readonly account: {
    readonly details: Uint8Array
    readonly accountSignatureKey: Uint8Array
    readonly accountSignature: Uint8Array
    readonly deviceSignature: Uint8Array
  }
  /** For WhatsApp, once all of this is durable. */
  readonly reply: Stanza
}

/**
 * Checks a `pair-success` and works out what the device is from now on. The HMAC proves that the phone read our QR code or pairing code, the signature that
 * its account vouches for our identity key (seen in: whatsmeow pair.go, baileys validate-connection.js). @throws UnprovenPairing
 */
export function acceptPairing(node: BinaryNode, keys: DeviceKeys): AcceptedPairing {
  const success = childOf(node, 'pair-success')
  const device = childOf(success, 'device')
  const identity = childOf(success, 'device-identity')?.content
  const jid = device?.attrs['jid']
  if (!jid || !(identity instanceof Uint8Array)) throw new UnprovenPairing('internal-error')
  const signed = provenIdentity(identity, keys)
  const { details, accountSignatureKey, accountSignature } = signed
  const own = keys.identityKey
  const deviceSignature = sign(
    own.privateKey,
    Buffer.concat([prefixes.device, details, own.publicKey, accountSignatureKey]),
  )
  return {
    jid,
    lid: device?.attrs['lid'],
    platform: childOf(success, 'platform')?.attrs['name'],
    businessName: childOf(success, 'biz')?.attrs['name'],
    account: { details, accountSignatureKey, accountSignature, deviceSignature },
    reply: replyTo(node, signed.keyIndex, SignedDeviceIdentity.encode({ details, accountSignature, deviceSignature })),
  }
}

function provenIdentity(bytes: Uint8Array, { advSecret, identityKey }: DeviceKeys) {
  const container = decoded(() => SignedDeviceIdentityHmac.decode(bytes))
  const content = container.details ?? new Uint8Array()
  const prefixed = container.accountType === hosted ? [prefixes.hostedAccount, content] : [content]
  const expected = hmac(advSecret, ...prefixed)
  if (container.hmac?.length !== expected.length || !timingSafeEqual(container.hmac, expected)) {
    throw new UnprovenPairing('hmac-mismatch')
  }
  const signed = decoded(() => SignedDeviceIdentity.decode(content))
  const { details = new Uint8Array(), accountSignature = new Uint8Array() } = signed
  const accountSignatureKey = signed.accountSignatureKey ?? new Uint8Array()
  const { deviceType, keyIndex = 0 } = decoded(() => DeviceIdentity.decode(details))
  const prefix = deviceType === hosted ? prefixes.hostedAccount : prefixes.account
  if (!verify(accountSignatureKey, Buffer.concat([prefix, details, identityKey.publicKey]), accountSignature)) {
    throw new UnprovenPairing('signature-mismatch')
  }
  return { details, accountSignatureKey, accountSignature, keyIndex }
}

const replyTo = (node: BinaryNode, keyIndex: number, identity: Uint8Array): Stanza => ({
  tag: 'iq',
  attrs: { to: serverJid, type: 'result', id: node.attrs['id'] },
  content: [
    {
      tag: 'pair-device-sign',
      attrs: {},
      content: [{ tag: 'device-identity', attrs: { 'key-index': String(keyIndex) }, content: identity }],
    },
  ],
})

/** Tells WhatsApp that the pairing was refused (seen in: whatsmeow pair.go `sendPairError`). */
export function pairingRefusal(node: BinaryNode, text: UnprovenPairing['text']): Stanza {
  return {
    tag: 'iq',
    attrs: { to: serverJid, type: 'error', id: node.attrs['id'] ?? '' },
    content: [{ tag: 'error', attrs: { code: text === 'internal-error' ? '500' : '401', text } }],
  }
}

function decoded<Found>(read: () => Found): Found {
  try {
    return read()
  } catch (error) {
    throw new UnprovenPairing('internal-error', { cause: error })
  }
}
