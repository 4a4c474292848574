import { hkdf } from '../primitives/hkdf.ts'

const NO_SALT = new Uint8Array(32)
const INFO = Buffer.from('WhisperGroup')

/** Key and IV of one group message, from its seed. */
export function groupMessageKeys(seed: Uint8Array): { iv: Uint8Array; cipherKey: Uint8Array } {
  const derived = hkdf(seed, NO_SALT, INFO, 48)
  return { iv: derived.subarray(0, 16), cipherKey: derived.subarray(16, 48) }
}
