import { hkdf, noSalt } from '../primitives/hkdf.ts'

const INFO = Buffer.from('WhisperGroup')

/** Key and IV of one group message, from its seed. */
export function groupMessageKeys(seed: Uint8Array): { iv: Uint8Array; cipherKey: Uint8Array } {
  const derived = hkdf(seed, noSalt, INFO, 48)
  return { iv: derived.subarray(0, 16), cipherKey: derived.subarray(16, 48) }
}
