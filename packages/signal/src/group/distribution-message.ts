import { asBytes, asNumber, asPublicKey, eachField, required } from '../codec/proto-reader.ts'
import { ProtoWriter } from '../codec/proto-writer.ts'
import { VERSION_BYTE, withoutVersion } from '../codec/version-byte.ts'
import { SignalError } from '../errors.ts'
import { sameBytes } from '../primitives/bytes.ts'
import { MAX_SKIPPED } from '../session/session-state.ts'
import { NOTHING_SKIPPED } from '../session/skipped-keys.ts'
import { boundedStates, type SenderKeyRecord, type SenderKeyState } from './sender-key-record.ts'

/** What a member needs to read our messages from the next one on (SenderKeyDistributionMessage). Throws `no_sender_key`. */
export function distributionMessage(record: SenderKeyRecord): Uint8Array {
  const state = record.states[0]
  if (!state) throw new SignalError('no_sender_key', 'No sender key to distribute')
  return new ProtoWriter()
    .byte(VERSION_BYTE)
    .uint(1, state.id)
    .uint(2, state.counter)
    .bytes(3, state.key)
    .publicKey(4, state.signingKey)
    .finish()
}

/**
 * The sender's record with a distributed key as its newest.
 *
 * A key that we already follow is kept as it stands, so that a repeated distribution neither loses skipped messages nor lets
 * a message be read twice. Throws `malformed` or `bad_version`.
 */
export function processDistribution(existing: SenderKeyRecord | undefined, bytes: Uint8Array): SenderKeyRecord {
  const distributed = decodeDistribution(bytes)
  const others = (existing?.states ?? []).filter((state) => state.id !== distributed.id)
  const known = existing?.states.find((state) => state.id === distributed.id && stillFollows(state, distributed))
  return { states: boundedStates([known ?? distributed, ...others]) }
}

// A chain too far behind to ever reach the distributed position is useless: start at the distributed one.
function stillFollows(known: SenderKeyState, distributed: SenderKeyState): boolean {
  return sameBytes(known.signingKey, distributed.signingKey) && distributed.counter - known.counter <= MAX_SKIPPED
}

function decodeDistribution(bytes: Uint8Array): SenderKeyState {
  let id: number | undefined
  let counter = 0
  let key: Uint8Array | undefined
  let signingKey: Uint8Array | undefined
  eachField(withoutVersion(Uint8Array.from(bytes)), (field, value) => {
    if (field === 1) id = asNumber(value)
    else if (field === 2) counter = asNumber(value)
    else if (field === 3) key = asBytes(value, 32)
    else if (field === 4) signingKey = asPublicKey(value)
  })
  return {
    id: required(id, 'sender key id'),
    counter,
    key: required(key, 'chain key'),
    signingKey: required(signingKey, 'signing key'),
    skipped: NOTHING_SKIPPED,
  }
}
