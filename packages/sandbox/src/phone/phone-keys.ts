import { randomBytes, randomInt } from 'node:crypto'
import {
  generateKeyPair,
  generateRegistrationId,
  generateSignedPreKey,
  type KeyPair,
  type SignedPreKey,
} from '@switchboard/signal'
import type { AppStateKey } from './app-state-patch.ts'

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

/** As JSON text for storage; it holds private keys. */
export function serializePhoneKeys(keys: PhoneKeys): string {
  return JSON.stringify(keys, (_, value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  )
}

export function deserializePhoneKeys(text: string): PhoneKeys {
  return JSON.parse(text, (_, value) =>
    typeof value?.base64 === 'string' ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value,
  ) as PhoneKeys
}
