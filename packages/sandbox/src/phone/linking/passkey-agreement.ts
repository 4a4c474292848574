import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { agree, decryptGcm, generateKeyPair } from '@switchboard/signal'
import {
  CompanionEphemeralIdentity,
  EncryptedPairingRequest,
  PairingRequest,
  PrimaryEphemeralIdentity,
  ProloguePayload,
} from '../../wire/proto/index.ts'
import type { PasskeyPrologue, PendingCompanion } from '../../world/pairing.ts'

/** What the companion did wrong, in the words of a violation. */
export class PasskeyFlaw extends Error {}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ'

// Names, labels and lengths in this file were seen in: whatsmeow pair-passkey.go.
const derived = (input: Uint8Array, salt: string, info: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', input, salt, info, 32))

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** What the companion committed itself to. @throws PasskeyFlaw */
function identityIn({ payload, ref }: PasskeyPrologue) {
  const { companionEphemeralIdentity: bytes, commitment } = ProloguePayload.decode(payload)
  const { publicKey, deviceType, ref: named } = CompanionEphemeralIdentity.decode(bytes ?? new Uint8Array(0))
  if (!bytes || publicKey?.length !== 32 || commitment?.hash?.length !== 32)
    throw new PasskeyFlaw('the prologue lacks parts')
  if (named !== ref) throw new PasskeyFlaw('the prologue is for another pairing')
  return { bytes, publicKey, deviceType: deviceType ?? 0, hash: commitment.hash }
}

/** Whether the one who answered has the secret of the code that this phone read. */
function isProven({ payload, proof }: PasskeyPrologue, advSecret: Uint8Array): boolean {
  if (!proof) return false
  const key = derived(advSecret, '', 'shortcake-passkey-handoff-v1')
  const expected = createHmac('sha256', key).update(payload).digest()
  if (!expected.equals(proof)) throw new PasskeyFlaw('the proof of who showed the code does not hold')
  return true
}

function codeOf(nonce: Uint8Array, companionNonce: Uint8Array, publicKey: Uint8Array): string {
  const digest = sha256(companionNonce, publicKey)
  const bits = Array.from(nonce.subarray(0, 5), (byte, at) => (byte ^ digest[at]!).toString(2).padStart(8, '0')).join(
    '',
  )
  const code = Array.from({ length: 8 }, (_, at) => alphabet[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join(
    '',
  )
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** The phone's part after the passkey was proven: an exchange of keys. In the end the companion's own secret takes the place of that in the code.
 *  @param advSecret the secret in the code
 *  @param show called with a code to compare when the companion has no proof
 *  @throws PasskeyFlaw, PairingRefused */
export async function agreeByPasskey(
  companion: PendingCompanion,
  prologue: PasskeyPrologue,
  advSecret: Uint8Array,
  show: (code: string) => void,
): Promise<Uint8Array> {
  const theirs = identityIn(prologue)
  const proven = isProven(prologue, advSecret)
  const [ephemeral, nonce] = [generateKeyPair(), new Uint8Array(randomBytes(32))]
  const companionNonce = await prologue.continue(
    PrimaryEphemeralIdentity.encode({ publicKey: ephemeral.publicKey, nonce }),
  )
  if (!sha256(theirs.bytes, companionNonce).equals(theirs.hash)) throw new PasskeyFlaw('the commitment does not open')
  if (!proven) show(codeOf(nonce, companionNonce, ephemeral.publicKey))
  const salt = `Companion Pairing ${theirs.deviceType} with ref ${prologue.ref}`
  const key = derived(agree(ephemeral.privateKey, theirs.publicKey), salt, 'Pairing Information Encryption Key')
  return secretIn(await prologue.pairingRequest(), key, companion)
}

function secretIn(sealed: Uint8Array, key: Uint8Array, companion: PendingCompanion): Uint8Array {
  const { encryptedPayload, iv } = EncryptedPairingRequest.decode(sealed)
  const opened = encryptedPayload && iv?.length === 12 ? decryptGcm(key, iv, encryptedPayload) : undefined
  if (!opened) throw new PasskeyFlaw('the pairing request does not open')
  const { companionPublicKey, companionIdentityKey, advSecret } = PairingRequest.decode(opened)
  const same = (one: Uint8Array | undefined, other: Uint8Array) => Buffer.compare(one ?? new Uint8Array(0), other) === 0
  if (!same(companionPublicKey, companion.noiseKey))
    throw new PasskeyFlaw('the pairing request names another noise key')
  if (!same(companionIdentityKey, companion.identityKey)) {
    throw new PasskeyFlaw('the pairing request names another identity key')
  }
  if (advSecret?.length !== 32) throw new PasskeyFlaw('the pairing request holds no secret of 32 bytes')
  return Uint8Array.from(advSecret)
}
