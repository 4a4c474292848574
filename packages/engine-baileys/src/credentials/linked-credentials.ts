import type { CredentialWrite } from '@switchboard/engine'
import type { KeyPair, SignedPreKey } from '@switchboard/signal'
import { credsWrite } from './creds-codec.ts'
import { type DeviceCreds, newCreds, storedKeyPair } from './device-creds.ts'
import { encodePreKey, preKeyKind } from './pre-keys.ts'

/** Everything that a companion must know to be one that was linked elsewhere. Keys are 32 raw bytes. */
export interface LinkedDevice {
  /** `number:device@s.whatsapp.net` */
  readonly jid: string
  readonly lid: string
  readonly pushName: string
  readonly noiseKey: KeyPair
  readonly identityKey: KeyPair
  readonly signedPreKey: SignedPreKey
  readonly registrationId: number
  readonly advSecret: Uint8Array
  /** The parts of the ADVSignedDeviceIdentity. */
  readonly account: {
    readonly details: Uint8Array
    readonly accountSignatureKey: Uint8Array
    readonly accountSignature: Uint8Array
    readonly deviceSignature: Uint8Array
  }
  readonly preKeys: readonly { readonly keyId: number; readonly keyPair: KeyPair }[]
}

/** The credentials of a device that is linked already, as writes for its store: to move a link here, and to start a thousand for a load test. */
export function linkedCredentials(device: LinkedDevice): CredentialWrite[] {
  const nextPreKeyId = Math.max(0, ...device.preKeys.map(({ keyId }) => keyId)) + 1
  const { keyId, keyPair, signature } = device.signedPreKey
  const creds: DeviceCreds = {
    ...newCreds(),
    noiseKey: storedKeyPair(device.noiseKey),
    signedIdentityKey: storedKeyPair(device.identityKey),
    signedPreKey: { keyId, keyPair: storedKeyPair(keyPair), signature },
    registrationId: device.registrationId,
    advSecretKey: Buffer.from(device.advSecret).toString('base64'),
    account: device.account,
    me: { id: device.jid, lid: device.lid, name: device.pushName },
    nextPreKeyId,
    firstUnuploadedPreKeyId: nextPreKeyId,
    registered: true,
  }
  const preKeys = device.preKeys.map((key) => ({
    kind: preKeyKind,
    key: String(key.keyId),
    value: encodePreKey(key.keyPair),
  }))
  return [credsWrite(creds), ...preKeys]
}
