import { generateKeyPair, type KeyPair } from './key-pair.ts'
import { prefixed } from './prefixed.ts'
import { sign } from './sign.ts'

/** A medium-term key with the identity's signature over 0x05 and its public half. */
export interface SignedPreKey {
  keyId: number
  keyPair: KeyPair
  signature: Uint8Array
}

/** A fresh signed prekey under `keyId`. */
export function generateSignedPreKey(identity: KeyPair, keyId: number): SignedPreKey {
  const keyPair = generateKeyPair()
  return { keyId, keyPair, signature: sign(identity.privateKey, prefixed(keyPair.publicKey)) }
}
