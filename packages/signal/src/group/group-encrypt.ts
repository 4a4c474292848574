import { ProtoWriter } from '../codec/proto-writer.ts'
import { VERSION_BYTE } from '../codec/version-byte.ts'
import { SignalError } from '../errors.ts'
import { sign } from '../keys/sign.ts'
import { encryptCbc } from '../primitives/aes-cbc.ts'
import { messageSeed, nextChain } from '../session/message-keys.ts'
import { groupMessageKeys } from './group-message-keys.ts'
import type { SenderKeyRecord } from './sender-key-record.ts'

/** Encrypts for the group with our own sender key. Store the record before the ciphertext leaves. Throws `no_sender_key`. */
export function groupEncrypt(
  record: SenderKeyRecord,
  plaintext: Uint8Array,
): { record: SenderKeyRecord; ciphertext: Uint8Array } {
  const [state, ...others] = record.states
  if (!state?.signingPrivateKey) throw new SignalError('no_sender_key', 'No sender key of our own')
  const { cipherKey, iv } = groupMessageKeys(messageSeed(state))
  const ciphertext = new ProtoWriter(plaintext.length + 96)
    .byte(VERSION_BYTE)
    .uint(1, state.id)
    .uint(2, state.counter)
    .bytes(3, encryptCbc(cipherKey, iv, plaintext))
    .finish(64)
  const signed = ciphertext.subarray(0, -64)
  ciphertext.set(sign(state.signingPrivateKey, signed), signed.length)
  return { record: { states: [{ ...state, ...nextChain(state) }, ...others] }, ciphertext }
}
