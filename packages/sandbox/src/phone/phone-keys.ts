import { randomBytes, randomInt } from 'node:crypto'
import {
  generateKeyPair,
  generateRegistrationId,
  generateSignedPreKey,
  type KeyPair,
  type SignedPreKey,
} from '@switchboard/signal'
import type { AppStateKey } from './app-state/app-state-patch.ts'

/** The private side of a phone: its Signal identity, which is also the root of the account's device signatures. */
export interface PhoneKeys {
  readonly identity: KeyPair
  readonly registrationId: number
  readonly signedPreKey: SignedPreKey
  /** Constant in every device identity that this account signs. */
  readonly advRawId: number
  readonly appStateKey: AppStateKey
}

export function generatePhoneKeys(): PhoneKeys {
  const identity = generateKeyPair()
  return {
    identity,
    registrationId: generateRegistrationId(),
    signedPreKey: generateSignedPreKey(identity, 1),
    advRawId: randomInt(1, 0x7fffffff),
    // Two bytes of device number, four random: seen in whatsmeow and baileys stores.
    appStateKey: {
      id: new Uint8Array(Buffer.concat([Buffer.alloc(2), randomBytes(4)])),
      data: new Uint8Array(randomBytes(32)),
    },
  }
}
