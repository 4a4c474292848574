import { createHmac, timingSafeEqual } from 'node:crypto'
import { verify } from '@switchboard/signal'
import { type AuthenticationCreds, type BinaryNode, configureSuccessfulPairing, proto } from 'baileys'
import { childBytes, childOf, serverJid } from '../wire/nodes.ts'

/** A pairing that does not prove what it must. `text` is the answer for WhatsApp. */
export class UnprovenPairing extends Error {
  readonly text: 'hmac-mismatch' | 'signature-mismatch' | 'internal-error'

  constructor(text: UnprovenPairing['text']) {
    super(`pairing refused: ${text}`)
    this.text = text
  }
}

const hosted = proto.ADVEncryptionType.HOSTED
const prefixes = { account: Buffer.from([6, 0]), hostedAccount: Buffer.from([6, 5]) }

/**
 * Checks a `pair-success` and works out the credentials and the reply. The HMAC proves that the phone read our QR code or pairing
 * code, the signature that its account vouches for our identity key (seen in: whatsmeow pair.go, baileys validate-connection.js).
 * @throws UnprovenPairing
 */
export function acceptPairing(node: BinaryNode, creds: AuthenticationCreds) {
  checkDeviceIdentity(node, creds)
  return configureSuccessfulPairing(node, creds)
}

function checkDeviceIdentity(node: BinaryNode, creds: AuthenticationCreds): void {
  const bytes = childBytes(childOf(node, 'pair-success'), 'device-identity')
  if (!bytes) throw new UnprovenPairing('internal-error')
  const container = proto.ADVSignedDeviceIdentityHMAC.decode(bytes)
  const details = container.details ?? new Uint8Array()
  const prefix = container.accountType === hosted ? prefixes.hostedAccount : Buffer.alloc(0)
  const hmac = createHmac('sha256', Buffer.from(creds.advSecretKey, 'base64')).update(prefix).update(details).digest()
  if (container.hmac?.length !== hmac.length || !timingSafeEqual(container.hmac, hmac)) {
    throw new UnprovenPairing('hmac-mismatch')
  }
  const signed = proto.ADVSignedDeviceIdentity.decode(details)
  const deviceDetails = signed.details ?? new Uint8Array()
  const isHosted = proto.ADVDeviceIdentity.decode(deviceDetails).deviceType === hosted
  const said = Buffer.concat([
    isHosted ? prefixes.hostedAccount : prefixes.account,
    deviceDetails,
    creds.signedIdentityKey.public,
  ])
  if (!verify(signed.accountSignatureKey ?? new Uint8Array(), said, signed.accountSignature ?? new Uint8Array())) {
    throw new UnprovenPairing('signature-mismatch')
  }
}

/** Tells WhatsApp that the pairing was refused (seen in: whatsmeow pair.go `sendPairError`). */
export function pairingRefusal(node: BinaryNode, text: string): BinaryNode {
  return {
    tag: 'iq',
    attrs: { to: serverJid, type: 'error', id: node.attrs['id'] ?? '' },
    content: [{ tag: 'error', attrs: { code: text === 'internal-error' ? '500' : '401', text } }],
  }
}
