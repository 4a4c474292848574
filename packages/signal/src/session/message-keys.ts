import { SignalError } from '../errors.ts'
import { decryptCbc, encryptCbc } from '../primitives/aes-cbc.ts'
import { hkdf, noSalt } from '../primitives/hkdf.ts'
import { hmac } from '../primitives/hmac.ts'
import type { Chain } from './session-state.ts'

const MESSAGE_SEED = Uint8Array.of(1)
const CHAIN_SEED = Uint8Array.of(2)
const INFO = Buffer.from('WhisperMessageKeys')
/** Cipher key, MAC key and IV. */
export const DERIVED_BYTES = 80

/** What one message is encrypted and authenticated with. */
export interface MessageKeys {
  cipherKey: Uint8Array
  macKey: Uint8Array
  iv: Uint8Array
}

/** The seed of the chain's next message, from which {@link messageKeys} come. */
export function messageSeed(chain: Chain): Uint8Array {
  return hmac(chain.key, MESSAGE_SEED)
}

/** The chain one message further. */
export function nextChain(chain: Chain): Chain {
  return { key: hmac(chain.key, CHAIN_SEED), counter: chain.counter + 1 }
}

/** @param secret the seed of a message, or the {@link DERIVED_BYTES} that are derived from it */
export function messageKeys(secret: Uint8Array): MessageKeys {
  const derived = secret.length === DERIVED_BYTES ? secret : hkdf(secret, noSalt, INFO, DERIVED_BYTES)
  return { cipherKey: derived.subarray(0, 32), macKey: derived.subarray(32, 64), iv: derived.subarray(64, 80) }
}

export function encryptWith(keys: MessageKeys, plaintext: Uint8Array): Uint8Array {
  return encryptCbc(keys.cipherKey, keys.iv, plaintext)
}

/** The plaintext; `malformed` when an authentic message does not decrypt, which only a broken peer produces. */
export function decryptWith(keys: MessageKeys, ciphertext: Uint8Array): Uint8Array {
  try {
    return decryptCbc(keys.cipherKey, keys.iv, ciphertext)
  } catch {
    throw new SignalError('malformed', 'An authentic message that does not decrypt')
  }
}
