import { asBytes, asNumber, asPublicKey, eachField, required } from '../codec/proto-reader.ts'
import { ProtoWriter } from '../codec/proto-writer.ts'
import { VERSION_BYTE, withoutVersion } from '../codec/version-byte.ts'

/** A message that also carries what the receiver needs to build the session. */
export interface PreKeyWhisperMessage {
  registrationId: number
  /** The one-time prekey that was used; absent when the sender got none. */
  preKeyId?: number
  signedPreKeyId: number
  baseKey: Uint8Array
  identityKey: Uint8Array
  /** The {@link WhisperMessage} inside, in wire form. */
  message: Uint8Array
}

/** The message in wire form. It has no MAC of its own: the message inside has. */
export function encodePreKeyWhisperMessage(message: PreKeyWhisperMessage): Uint8Array {
  const writer = new ProtoWriter(message.message.length + 128).byte(VERSION_BYTE)
  if (message.preKeyId !== undefined) writer.uint(1, message.preKeyId)
  return writer
    .publicKey(2, message.baseKey)
    .publicKey(3, message.identityKey)
    .bytes(4, message.message)
    .uint(5, message.registrationId)
    .uint(6, message.signedPreKeyId)
    .finish()
}

/** The parsed message. Throws `malformed` or `bad_version`. */
export function decodePreKeyWhisperMessage(bytes: Uint8Array): PreKeyWhisperMessage {
  const seen: Partial<PreKeyWhisperMessage> = {}
  eachField(withoutVersion(bytes), (field, value) => {
    if (field === 1) seen.preKeyId = asNumber(value)
    else if (field === 2) seen.baseKey = asPublicKey(value)
    else if (field === 3) seen.identityKey = asPublicKey(value)
    else if (field === 4) seen.message = asBytes(value)
    else if (field === 5) seen.registrationId = asNumber(value)
    else if (field === 6) seen.signedPreKeyId = asNumber(value)
  })
  return {
    registrationId: seen.registrationId ?? 0,
    ...(seen.preKeyId === undefined ? {} : { preKeyId: seen.preKeyId }),
    signedPreKeyId: required(seen.signedPreKeyId, 'signed prekey id'),
    baseKey: required(seen.baseKey, 'base key'),
    identityKey: required(seen.identityKey, 'identity key'),
    message: required(seen.message, 'inner message'),
  }
}
