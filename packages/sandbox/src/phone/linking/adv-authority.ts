import { createHmac } from 'node:crypto'
import { type KeyPair, sign, verify } from '@switchboard/signal'
import {
  ADVDeviceIdentity,
  ADVKeyIndexList,
  ADVSignedDeviceIdentity,
  ADVSignedDeviceIdentityHMAC,
  ADVSignedKeyIndexList,
} from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'

// Signature prefixes. Seen in: baileys Defaults/index.js, whatsmeow pair.go.
const accountPrefix = Uint8Array.of(6, 0)
const devicePrefix = Uint8Array.of(6, 1)
const keyIndexPrefix = Uint8Array.of(6, 2)

export interface IssuedIdentity {
  /** ADVSignedDeviceIdentityHMAC, as pair-success carries it. */
  readonly hmacIdentity: Uint8Array
  /** The signed details; what the companion returns must be about the same. */
  readonly details: Uint8Array
}

export interface IssueRequest {
  readonly rawId: number
  readonly keyIndex: number
  readonly timestampSeconds: number
  readonly companionIdentity: Uint8Array
  readonly advSecret: Uint8Array
  /** What is wrong with it on purpose: clients must notice. */
  readonly flaw?: IdentityFlaw
}

export type IdentityFlaw = 'hmac' | 'account_signature'

/** Signs a companion into the account: details under the account key, all of it under the secret from the companion's QR code. */
export function issueDeviceIdentity(identity: KeyPair, request: IssueRequest): IssuedIdentity {
  const details = ADVDeviceIdentity.encode({
    rawId: request.rawId,
    timestamp: request.timestampSeconds,
    keyIndex: request.keyIndex,
  })
  const signed = ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: identity.publicKey,
    accountSignature: sign(identity.privateKey, signedText(details, request)),
  })
  const hmac = createHmac('sha256', request.advSecret).update(signed).digest()
  if (request.flaw === 'hmac') hmac[0]! ^= 1
  return { hmacIdentity: ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }), details }
}

function signedText(details: Uint8Array, { companionIdentity, flaw }: IssueRequest): Uint8Array {
  const prefix = flaw === 'account_signature' ? devicePrefix : accountPrefix
  return Buffer.concat([prefix, details, companionIdentity])
}

/** Why a registered device's identity does not hold; undefined when it does. */
export function checkIdentityOf(device: Device, signed: Uint8Array): string | undefined {
  const accountKey = device.account.devices.get(0)?.identityKey
  if (!accountKey) return 'the account has no phone'
  const flaw = checkDeviceIdentity(signed, device.identityKey, accountKey)
  if (flaw) return flaw
  const { details = new Uint8Array(0) } = ADVSignedDeviceIdentity.decode(signed)
  const { keyIndex } = ADVDeviceIdentity.decode(details)
  return keyIndex === device.keyIndex ? undefined : `the identity is for key index ${keyIndex}, not ${device.keyIndex}`
}

/** Why a companion's identity does not hold; undefined when it does.
 *  @param signed ADVSignedDeviceIdentity bytes; the account key may be left out, as companions do when they return it
 *  @param accountKey the account's identity key, 32 bytes */
export function checkDeviceIdentity(
  signed: Uint8Array,
  companionIdentity: Uint8Array,
  accountKey: Uint8Array,
): string | undefined {
  const identity = decodeIdentity(signed)
  if (!identity?.details || !identity.accountSignature || !identity.deviceSignature) return 'identity is incomplete'
  const named = identity.accountSignatureKey
  if (named?.length && Buffer.compare(named, accountKey) !== 0) return 'identity names another account key'
  const account = Buffer.concat([accountPrefix, identity.details, companionIdentity])
  if (!verify(accountKey, account, identity.accountSignature)) return 'account signature does not verify'
  const device = Buffer.concat([devicePrefix, identity.details, companionIdentity, accountKey])
  if (!verify(companionIdentity, device, identity.deviceSignature)) return 'device signature does not verify'
  return undefined
}

function decodeIdentity(signed: Uint8Array): ADVSignedDeviceIdentity | undefined {
  try {
    return ADVSignedDeviceIdentity.decode(signed)
  } catch {
    return undefined
  }
}

/** What a companion does with the identity it was issued: adds its own signature.
 *  @returns ADVSignedDeviceIdentity with everything in it, as companions keep it and send it along with first messages */
export function countersignIdentity(hmacIdentity: Uint8Array, companion: KeyPair): ADVSignedDeviceIdentity {
  const { details: signed = new Uint8Array(0) } = ADVSignedDeviceIdentityHMAC.decode(hmacIdentity)
  const identity = ADVSignedDeviceIdentity.decode(signed)
  const { details = new Uint8Array(0), accountSignatureKey = new Uint8Array(0) } = identity
  const message = Buffer.concat([devicePrefix, details, companion.publicKey, accountSignatureKey])
  return { ...identity, deviceSignature: sign(companion.privateKey, message) }
}

/** Signs the list of key indexes that are valid now, for peers to check companions against. */
export function signKeyIndexList(
  identity: KeyPair,
  rawId: number,
  timestampSeconds: number,
  indexes: number[],
): Uint8Array {
  const details = ADVKeyIndexList.encode({
    rawId,
    timestamp: timestampSeconds,
    currentIndex: Math.max(0, ...indexes),
    validIndexes: indexes,
  })
  return ADVSignedKeyIndexList.encode({
    details,
    accountSignature: sign(identity.privateKey, Buffer.concat([keyIndexPrefix, details])),
    accountSignatureKey: identity.publicKey,
  })
}
