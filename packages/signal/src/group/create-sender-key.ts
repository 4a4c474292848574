import { randomBytes, randomInt } from 'node:crypto'
import { generateKeyPair } from '../keys/key-pair.ts'
import { plain } from '../primitives/bytes.ts'
import { NOTHING_SKIPPED } from '../session/skipped-keys.ts'
import type { SenderKeyRecord } from './sender-key-record.ts'

/** A fresh sender key of our own for one group. */
export function createSenderKey(): SenderKeyRecord {
  const { publicKey, privateKey } = generateKeyPair()
  const key = plain(randomBytes(32))
  // 31 bits: some implementations keep the id in a signed integer.
  const id = randomInt(0x7fffffff)
  return {
    states: [{ id, key, counter: 0, signingKey: publicKey, signingPrivateKey: privateKey, skipped: NOTHING_SKIPPED }],
  }
}
