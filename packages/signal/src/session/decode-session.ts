import { asBytes, asNumber, eachField, required } from '../codec/proto-reader.ts'
import { SignalError } from '../errors.ts'
import { SEED_BYTES, STORED_VERSION, unpackSkipped } from './encode-session.ts'
import { DERIVED_BYTES } from './message-keys.ts'
import { SessionRecord } from './session-record.ts'
import type { PendingPreKey, ReceivingChain, SessionState, SkippedKey } from './session-state.ts'

/** The record that {@link SessionRecord.serialize} wrote. The bytes are copied. Throws `malformed` or `bad_version`. */
export function deserializeSession(bytes: Uint8Array): SessionRecord {
  if (bytes[0] !== STORED_VERSION) throw new SignalError('bad_version', `Stored session version ${bytes[0]}`)
  let current: SessionState | undefined
  const archived: Uint8Array[] = []
  eachField(Uint8Array.from(bytes).subarray(1), (field, value) => {
    if (field === 1) current = decodeSessionState(asBytes(value))
    else if (field === 2) archived.push(asBytes(value))
  })
  return new SessionRecord(current, archived)
}

/** One stored session. Its byte arrays are views on the input. */
export function decodeSessionState(bytes: Uint8Array): SessionState {
  const fields = new Map<number, number | Uint8Array>()
  const receiving: ReceivingChain[] = []
  eachField(bytes, (field, value) => {
    if (field === 10) receiving.push(decodeReceivingChain(asBytes(value)))
    else fields.set(field, value)
  })
  const key = (field: number) => asBytes(required(fields.get(field), `stored field ${field}`), 32)
  const number = (field: number) => asNumber(required(fields.get(field), `stored field ${field}`))
  return {
    remoteIdentity: key(1),
    remoteRegistrationId: number(2),
    baseKey: key(3),
    rootKey: key(4),
    ratchet: { publicKey: key(5), privateKey: key(6) },
    previousCounter: number(7),
    ...(fields.has(8) ? { sending: { key: key(8), counter: number(9) } } : {}),
    receiving,
    ...(fields.has(11) ? { pending: pendingOf(number(11), fields.has(12) ? number(12) : undefined) } : {}),
  }
}

function pendingOf(signedPreKeyId: number, preKeyId: number | undefined): PendingPreKey {
  return preKeyId === undefined ? { signedPreKeyId } : { signedPreKeyId, preKeyId }
}

function decodeReceivingChain(bytes: Uint8Array): ReceivingChain {
  let ratchetKey: Uint8Array | undefined
  let key: Uint8Array | undefined
  let counter = 0
  const gaps: SkippedKey[][] = []
  let givenUpTo = 0
  eachField(bytes, (field, value) => {
    if (field === 1) ratchetKey = asBytes(value, 32)
    else if (field === 2) key = asBytes(value, 32)
    else if (field === 3) counter = asNumber(value)
    else if (field === 4) gaps.push(unpackSkipped(asBytes(value), SEED_BYTES))
    else if (field === 5) givenUpTo = asNumber(value)
    else if (field === 6) gaps.push(unpackSkipped(asBytes(value), DERIVED_BYTES))
  })
  return {
    ratchetKey: required(ratchetKey, 'stored ratchet key'),
    key: required(key, 'stored chain key'),
    counter,
    skipped: { gaps, givenUpTo },
  }
}
