import { createHash, randomBytes } from 'node:crypto'
import { agree, encryptGcm, generateKeyPair, hkdf, hmac, type KeyPair, noSalt } from '@switchboard/signal'
import type { BinaryNode } from '../binary-node.ts'
import type { DeviceKeys } from '../device-keys.ts'
import { LinkError } from '../link-error.ts'
import { bytesOf, childOf, serverJid, textOf } from '../nodes/contents.ts'
import { deviceType } from '../payload/client-payload.ts'
import {
  CompanionEphemeralIdentity,
  EncryptedPairingRequest,
  PairingRequest,
  PrimaryEphemeralIdentity,
  ProloguePayload,
} from '../proto/messages.ts'
import { linkCodeOf } from './link-code.ts'

/*
 * Linking with a passkey: WhatsApp asks for one after the code was scanned or typed, and before it says `pair-success`. Names, labels and order were seen
 * in: whatsmeow pair-passkey.go (2026-08).
 */

/** What the companion keeps from its prologue until the phone has answered. */
export interface PasskeyHandshake {
  readonly ref: string
  readonly ephemeral: KeyPair
  readonly nonce: Uint8Array
}

/** The phone's half of the exchange. */
export interface PrimaryIdentity {
  readonly publicKey: Uint8Array
  readonly nonce: Uint8Array
}

/** Proves to the phone that the one who answers is the one that showed the code. @param advSecret the secret in that code */
export const handoffKey = (advSecret: Uint8Array): Uint8Array =>
  hkdf(advSecret, noSalt, Buffer.from('shortcake-passkey-handoff-v1'), 32)

/** What a browser is to sign, as WhatsApp wrote it: JSON. Undefined when it is missing. */
export function passkeyOptionsText(node: BinaryNode): string | undefined {
  const options = childOf(node, 'passkey_request_options')
  return options && textOf(options)
}

/** Asks for that, where the notification did not bring it. */
export const passkeyOptionsRequest = (): BinaryNode => md('get', { tag: 'passkey_request_options', attrs: {} })

/** Asks for the reference of this pairing. */
export const refRequest = (): BinaryNode => md('get', { tag: 'ref', attrs: {} })

/** @throws LinkError `malformed` */
export function refIn(node: BinaryNode): string {
  const ref = textOf(childOf(node, 'ref'))
  if (ref === '') throw new LinkError('malformed', 'WhatsApp gave no reference for the pairing')
  return ref
}

/**
 * Hands the signature over, and commits this side to keys that it shows only when the phone has shown its own: so neither side can choose them to fit.
 * @param assertion the credential's id, and all that the browser answered, as JSON
 * @param handoff proves that this is who showed the code; without it two people compare a code
 */
export function passkeyPrologue(
  ref: string,
  assertion: { readonly credentialId: Uint8Array; readonly json: string },
  handoff: Uint8Array | undefined,
): { readonly request: BinaryNode; readonly handshake: PasskeyHandshake } {
  const handshake = { ref, ephemeral: generateKeyPair(), nonce: randomBytes(32) }
  const { publicKey } = handshake.ephemeral
  const companionEphemeralIdentity = CompanionEphemeralIdentity.encode({ publicKey, deviceType, ref })
  const commitment = { hash: sha256(companionEphemeralIdentity, handshake.nonce) }
  const payload = ProloguePayload.encode({ companionEphemeralIdentity, commitment })
  const parts: BinaryNode[] = [
    { tag: 'credential_id', attrs: {}, content: assertion.credentialId },
    { tag: 'webauthn_assertion', attrs: {}, content: Buffer.from(assertion.json) },
    { tag: 'prologue_payload', attrs: {}, content: payload },
  ]
  if (handoff) parts.push({ tag: 'pairing_handoff_proof', attrs: {}, content: hmac(handoff, payload) })
  return { request: md('set', { tag: 'passkey_prologue', attrs: {}, content: parts }), handshake }
}

/** What the phone answered. @throws LinkError `malformed` */
export function primaryIdentityIn(node: BinaryNode): PrimaryIdentity {
  const bytes = bytesOf(childOf(node, 'primary_ephemeral_identity'))
  const { publicKey, nonce } = decoded(bytes)
  if (publicKey?.length !== 32 || nonce?.length !== 32) {
    throw new LinkError('malformed', "the phone's answer to the passkey has no key of 32 bytes or no nonce")
  }
  return { publicKey, nonce }
}

/** Opens the commitment. */
export const companionNonce = ({ nonce }: PasskeyHandshake): BinaryNode =>
  md('set', { tag: 'companion_nonce', attrs: {}, content: nonce })

/** What both sides show when there is no handoff proof, `XXXX-XXXX`: it is the same unless somebody stands between them. */
export function wordOfComparison({ nonce }: PasskeyHandshake, primary: PrimaryIdentity): string {
  const digest = sha256(nonce, primary.publicKey)
  const code = linkCodeOf(primary.nonce.subarray(0, 5).map((byte, index) => byte ^ digest[index]!))
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** The keys of this device, for the phone alone. @throws LinkError `malformed` */
export function sealedPairing(
  { ref, ephemeral }: PasskeyHandshake,
  primary: PrimaryIdentity,
  keys: DeviceKeys,
): BinaryNode {
  const salt = Buffer.from(`Companion Pairing ${deviceType} with ref ${ref}`)
  const key = hkdf(agreed(ephemeral, primary), salt, Buffer.from('Pairing Information Encryption Key'), 32)
  const iv = randomBytes(12)
  const request = PairingRequest.encode({
    companionPublicKey: keys.noiseKey.publicKey,
    companionIdentityKey: keys.identityKey.publicKey,
    advSecret: keys.advSecret,
  })
  const content = EncryptedPairingRequest.encode({ encryptedPayload: encryptGcm(key, iv, request), iv })
  return md('set', { tag: 'encrypted_pairing_request', attrs: {}, content })
}

const md = (type: 'get' | 'set', child: BinaryNode): BinaryNode => ({
  tag: 'iq',
  attrs: { to: serverJid, type, xmlns: 'md' },
  content: [child],
})

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function decoded(bytes: Uint8Array | undefined): Partial<PrimaryIdentity> {
  try {
    return bytes ? (PrimaryEphemeralIdentity.decode(bytes) as Partial<PrimaryIdentity>) : {}
  } catch {
    return {}
  }
}

function agreed({ privateKey }: KeyPair, { publicKey }: PrimaryIdentity): Uint8Array {
  try {
    return agree(privateKey, publicKey)
  } catch (error) {
    throw new LinkError('malformed', 'the phone sent a key on which nothing can be agreed', { cause: error })
  }
}
