import { randomBytes } from 'node:crypto'
import { generateKeyPair, generateRegistrationId, generateSignedPreKey, type KeyPair } from '@switchboard/signal'
import type { DeviceKeys } from '../device-keys.ts'

/** Keys of a device that is to be linked. */
export function newDeviceKeys(): DeviceKeys {
  const identityKey = generateKeyPair()
  return {
    noiseKey: generateKeyPair(),
    identityKey,
    signedPreKey: generateSignedPreKey(identityKey, 1),
    registrationId: generateRegistrationId(),
    advSecret: randomBytes(32),
  }
}

/** A pair as the library takes it. */
export const libraryPair = ({ publicKey, privateKey }: KeyPair) => ({
  public: Buffer.from(publicKey),
  private: Buffer.from(privateKey),
})
