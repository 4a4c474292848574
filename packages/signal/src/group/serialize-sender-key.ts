import { asBytes, asNumber, eachField, required } from '../codec/proto-reader.ts'
import { ProtoWriter } from '../codec/proto-writer.ts'
import { SignalError } from '../errors.ts'
import { packSkipped, SEED_BYTES, unpackSkipped } from '../session/encode-session.ts'
import type { SkippedKey } from '../session/session-state.ts'
import type { SenderKeyRecord, SenderKeyState } from './sender-key-record.ts'

const STORED_VERSION = 1

/** The record as bytes for storage. They hold private keys. */
export function serializeSenderKey(record: SenderKeyRecord): Uint8Array {
  const writer = new ProtoWriter().byte(STORED_VERSION)
  for (const state of record.states) writer.bytes(1, encodeState(state))
  return writer.finish()
}

/** The record that {@link serializeSenderKey} wrote. The bytes are copied. Throws `malformed` or `bad_version`. */
export function deserializeSenderKey(bytes: Uint8Array): SenderKeyRecord {
  if (bytes[0] !== STORED_VERSION) throw new SignalError('bad_version', `Stored sender key version ${bytes[0]}`)
  const states: SenderKeyState[] = []
  eachField(Uint8Array.from(bytes).subarray(1), (field, value) => {
    if (field === 1) states.push(decodeState(asBytes(value)))
  })
  return { states }
}

function encodeState(state: SenderKeyState): Uint8Array {
  const writer = new ProtoWriter()
    .uint(1, state.id)
    .bytes(2, state.key)
    .uint(3, state.counter)
    .bytes(4, state.signingKey)
  if (state.signingPrivateKey) writer.bytes(5, state.signingPrivateKey)
  for (const gap of state.skipped.gaps) writer.bytes(6, packSkipped(gap))
  if (state.skipped.givenUpTo > 0) writer.uint(7, state.skipped.givenUpTo)
  return writer.finish()
}

function decodeState(bytes: Uint8Array): SenderKeyState {
  const fields = new Map<number, number | Uint8Array>()
  const gaps: SkippedKey[][] = []
  eachField(bytes, (field, value) => {
    if (field === 6) gaps.push(unpackSkipped(asBytes(value), SEED_BYTES))
    else fields.set(field, value)
  })
  const key = (field: number) => asBytes(required(fields.get(field), `stored field ${field}`), 32)
  return {
    id: asNumber(required(fields.get(1), 'stored id')),
    key: key(2),
    counter: asNumber(required(fields.get(3), 'stored counter')),
    signingKey: key(4),
    ...(fields.has(5) ? { signingPrivateKey: key(5) } : {}),
    skipped: { gaps, givenUpTo: asNumber(fields.get(7) ?? 0) },
  }
}
