import { timingSafeEqual } from 'node:crypto'
import { asBytes, asNumber, asPublicKey, eachField, required } from '../codec/proto-reader.ts'
import { ProtoWriter } from '../codec/proto-writer.ts'
import { VERSION_BYTE, withoutVersion } from '../codec/version-byte.ts'
import { SignalError } from '../errors.ts'
import { hmac } from '../primitives/hmac.ts'

const MAC_BYTES = 8
const KEY_TYPE = Uint8Array.of(5)

/** A message inside a session: version byte, protobuf, 8 bytes of MAC. */
export interface WhisperMessage {
  ratchetKey: Uint8Array
  counter: number
  previousCounter: number
  ciphertext: Uint8Array
}

/** Both identity keys, which the MAC covers so that a message cannot be passed off as another pair's. */
export interface MacParties {
  sender: Uint8Array
  receiver: Uint8Array
}

/** The message in wire form with its MAC. */
export function encodeWhisperMessage(message: WhisperMessage, macKey: Uint8Array, parties: MacParties): Uint8Array {
  const bytes = new ProtoWriter(message.ciphertext.length + 64)
    .byte(VERSION_BYTE)
    .publicKey(1, message.ratchetKey)
    .uint(2, message.counter)
    .uint(3, message.previousCounter)
    .bytes(4, message.ciphertext)
    .finish(MAC_BYTES)
  const signed = bytes.subarray(0, -MAC_BYTES)
  bytes.set(computeMac(signed, macKey, parties), signed.length)
  return bytes
}

/** The parsed message, its MAC still unchecked. Throws `malformed` or `bad_version`. */
export function decodeWhisperMessage(bytes: Uint8Array): WhisperMessage {
  if (bytes.length <= MAC_BYTES + 1) throw new SignalError('malformed', 'A Signal message without room for its MAC')
  let ratchetKey: Uint8Array | undefined
  let counter: number | undefined
  let previousCounter = 0
  let ciphertext: Uint8Array | undefined
  eachField(withoutVersion(bytes).subarray(0, -MAC_BYTES), (field, value) => {
    if (field === 1) ratchetKey = asPublicKey(value)
    else if (field === 2) counter = asNumber(value)
    else if (field === 3) previousCounter = asNumber(value)
    else if (field === 4) ciphertext = asBytes(value)
  })
  return {
    ratchetKey: required(ratchetKey, 'ratchet key'),
    counter: required(counter, 'counter'),
    previousCounter,
    ciphertext: required(ciphertext, 'ciphertext'),
  }
}

/** Whether the MAC at the end of the message is right. */
export function hasValidMac(bytes: Uint8Array, macKey: Uint8Array, parties: MacParties): boolean {
  const expected = computeMac(bytes.subarray(0, -MAC_BYTES), macKey, parties)
  return timingSafeEqual(expected, bytes.subarray(-MAC_BYTES))
}

function computeMac(signed: Uint8Array, macKey: Uint8Array, parties: MacParties): Uint8Array {
  return hmac(macKey, KEY_TYPE, parties.sender, KEY_TYPE, parties.receiver, signed).subarray(0, MAC_BYTES)
}
