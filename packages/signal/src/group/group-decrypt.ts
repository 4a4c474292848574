import { asBytes, asNumber, eachField, required } from '../codec/proto-reader.ts'
import { withoutVersion } from '../codec/version-byte.ts'
import { SignalError } from '../errors.ts'
import { verify } from '../keys/verify.ts'
import { decryptCbc } from '../primitives/aes-cbc.ts'
import { plain } from '../primitives/bytes.ts'
import { takeMessageKey } from '../session/take-message-key.ts'
import { groupMessageKeys } from './group-message-keys.ts'
import { boundedStates, type SenderKeyRecord } from './sender-key-record.ts'

const SIGNATURE_BYTES = 64

/**
 * Decrypts a group message (`skmsg`) of the sender that the record belongs to. Store the record along with the plaintext.
 *
 * Throws `no_sender_key`, `bad_signature`, `duplicate_message`, `key_given_up`, `too_far_ahead`, `malformed` or `bad_version`.
 */
export function groupDecrypt(
  record: SenderKeyRecord,
  ciphertext: Uint8Array,
): { record: SenderKeyRecord; plaintext: Uint8Array } {
  const message = decodeSenderKeyMessage(ciphertext)
  const state = record.states.find((each) => each.id === message.id)
  if (!state) throw new SignalError('no_sender_key', `No sender key ${message.id}`)
  if (!verify(state.signingKey, message.signed, message.signature)) {
    throw new SignalError('bad_signature', 'The group message is not signed by its sender key')
  }
  const taken = takeMessageKey(state, message.iteration)
  const { cipherKey, iv } = groupMessageKeys(taken.secret)
  const plaintext = open(cipherKey, iv, message.ciphertext)
  const states = record.states.map((each) => (each === state ? taken.chain : each))
  return { record: { states: boundedStates(states) }, plaintext }
}

function open(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  try {
    return plain(decryptCbc(key, iv, ciphertext))
  } catch {
    throw new SignalError('malformed', 'An authentic group message that does not decrypt')
  }
}

function decodeSenderKeyMessage(bytes: Uint8Array) {
  if (bytes.length <= SIGNATURE_BYTES)
    throw new SignalError('malformed', 'A group message without room for its signature')
  const signed = bytes.subarray(0, -SIGNATURE_BYTES)
  let id: number | undefined
  let iteration = 0
  let ciphertext: Uint8Array | undefined
  eachField(withoutVersion(signed), (field, value) => {
    if (field === 1) id = asNumber(value)
    else if (field === 2) iteration = asNumber(value)
    else if (field === 3) ciphertext = asBytes(value)
  })
  return {
    id: required(id, 'sender key id'),
    iteration,
    ciphertext: required(ciphertext, 'ciphertext'),
    signed,
    signature: bytes.subarray(-SIGNATURE_BYTES),
  }
}
