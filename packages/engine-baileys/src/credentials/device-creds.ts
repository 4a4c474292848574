import { randomBytes } from 'node:crypto'
import type { DeviceKeys } from '@switchboard/link'
import { generateKeyPair, generateRegistrationId, generateSignedPreKey, type KeyPair } from '@switchboard/signal'

/** A pair as it is stored. */
export interface StoredKeyPair {
  readonly public: Uint8Array
  readonly private: Uint8Array
}

/** The phone's proof that this device is one of its account (`ADVSignedDeviceIdentity`). */
export interface SignedDeviceIdentity {
  readonly details?: Uint8Array | null
  readonly accountSignatureKey?: Uint8Array | null
  readonly accountSignature?: Uint8Array | null
  readonly deviceSignature?: Uint8Array | null
}

/**
 * The identity, keys and account of a device, as they are stored. The names are those of the protocol library (seen in: baileys
 * Types/Auth.d.ts `AuthenticationCreds`): what was linked with it stays linked.
 */
export interface DeviceCreds {
  readonly noiseKey: StoredKeyPair
  /** What a pairing code is sealed with. */
  readonly pairingEphemeralKeyPair: StoredKeyPair
  readonly signedIdentityKey: StoredKeyPair
  readonly signedPreKey: { keyPair: StoredKeyPair; signature: Uint8Array; keyId: number; timestampS?: number }
  readonly registrationId: number
  /** Base64 of the secret in the QR code. */
  advSecretKey: string
  me?: { id: string; lid?: string; name?: string }
  account?: SignedDeviceIdentity
  /** The account's user name; blank for none, absent while it is not known. */
  username?: string
  signalIdentities?: { identifier: { name: string; deviceId: number }; identifierKey: Uint8Array }[]
  /** Base64 of the id of the app-state key in use. */
  myAppStateKeyId?: string
  firstUnuploadedPreKeyId: number
  nextPreKeyId: number
  /** Unix seconds. */
  lastAccountSyncTimestamp?: number
  platform?: string
  accountSyncCounter: number
  /** For the library alone. */
  processedHistoryMessages: never[]
  accountSettings: { unarchiveChats: boolean }
  registered: boolean
  pairingCode: string | undefined
  lastPropHash: string | undefined
  /** Which of WhatsApp's servers the next connection should reach. */
  routingInfo: Buffer | undefined
  /** The key that the server proved last: with it the next handshake takes one round. */
  serverKey?: Uint8Array | undefined
}

export const storedKeyPair = ({ publicKey, privateKey }: KeyPair): StoredKeyPair => ({
  public: publicKey,
  private: privateKey,
})

/** New keys for a device that is to be linked (seen in: baileys auth-utils.js `initAuthCreds`, whatsmeow store/container.go `NewDevice`). */
export function newCreds(): DeviceCreds {
  const identity = generateKeyPair()
  const { keyId, keyPair, signature } = generateSignedPreKey(identity, 1)
  return {
    noiseKey: storedKeyPair(generateKeyPair()),
    pairingEphemeralKeyPair: storedKeyPair(generateKeyPair()),
    signedIdentityKey: storedKeyPair(identity),
    signedPreKey: { keyPair: storedKeyPair(keyPair), signature, keyId },
    registrationId: generateRegistrationId(),
    advSecretKey: randomBytes(32).toString('base64'),
    ...{ firstUnuploadedPreKeyId: 1, nextPreKeyId: 1 },
    // A counter above zero spares the library's wait for history, which we take ourselves.
    accountSyncCounter: 1,
    processedHistoryMessages: [],
    accountSettings: { unarchiveChats: false },
    registered: false,
    pairingCode: undefined,
    lastPropHash: undefined,
    routingInfo: undefined,
  }
}

export const keyPairOf = ({ public: publicKey, private: privateKey }: StoredKeyPair): KeyPair => ({
  publicKey,
  privateKey,
})

/** The keys in the form in which the link takes them. */
export function deviceKeys(creds: DeviceCreds): DeviceKeys {
  const { keyId, keyPair, signature } = creds.signedPreKey
  return {
    noiseKey: keyPairOf(creds.noiseKey),
    identityKey: keyPairOf(creds.signedIdentityKey),
    signedPreKey: { keyId, keyPair: keyPairOf(keyPair), signature },
    registrationId: creds.registrationId,
    advSecret: Buffer.from(creds.advSecretKey, 'base64'),
  }
}
