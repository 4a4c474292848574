import { ProtoWriter } from '../codec/proto-writer.ts'
import { SignalError } from '../errors.ts'
import { asBuffer } from '../primitives/bytes.ts'
import type { ReceivingChain, SessionState, SkippedKey } from './session-state.ts'

/** The first byte of a stored record. A change of format that protobuf cannot carry takes the next number. */
export const STORED_VERSION = 1
/** A skipped key in storage: four bytes of counter, then its secret. */
const COUNTER_BYTES = 4
/** Of a gap that is stored as seeds, as all that this package skips are. */
export const SEED_BYTES = 32

/** A record in its stored form. */
export function encodeSessionRecord(record: {
  current: SessionState | undefined
  archived: readonly Uint8Array[]
}): Uint8Array {
  const writer = new ProtoWriter(512).byte(STORED_VERSION)
  if (record.current) writer.bytes(1, encodeSessionState(record.current))
  for (const state of record.archived) writer.bytes(2, state)
  return writer.finish()
}

/** One session in its stored form. */
export function encodeSessionState(state: SessionState): Uint8Array {
  const writer = new ProtoWriter(384)
    .bytes(1, state.remoteIdentity)
    .uint(2, state.remoteRegistrationId)
    .bytes(3, state.baseKey)
    .bytes(4, state.rootKey)
    .bytes(5, state.ratchet.publicKey)
    .bytes(6, state.ratchet.privateKey)
    .uint(7, state.previousCounter)
  if (state.sending) writer.bytes(8, state.sending.key).uint(9, state.sending.counter)
  for (const chain of state.receiving) writer.bytes(10, encodeReceivingChain(chain))
  if (state.pending) writer.uint(11, state.pending.signedPreKeyId)
  if (state.pending?.preKeyId !== undefined) writer.uint(12, state.pending.preKeyId)
  return writer.finish()
}

function encodeReceivingChain(chain: ReceivingChain): Uint8Array {
  const writer = new ProtoWriter().bytes(1, chain.ratchetKey).bytes(2, chain.key).uint(3, chain.counter)
  for (const gap of chain.skipped.gaps) {
    const [seeds, derived] = [gap.filter(isSeed), gap.filter((key) => !isSeed(key))]
    // Derived keys were brought along when the session was moved here: they are older.
    if (derived.length > 0) writer.bytes(6, packSkipped(derived))
    if (seeds.length > 0) writer.bytes(4, packSkipped(seeds))
  }
  if (chain.skipped.givenUpTo > 0) writer.uint(5, chain.skipped.givenUpTo)
  return writer.finish()
}

const isSeed = ({ secret }: SkippedKey): boolean => secret.length === SEED_BYTES

/** The skipped keys of one gap, with secrets of one length, as one run of entries. */
export function packSkipped(skipped: readonly SkippedKey[]): Uint8Array {
  const entryBytes = COUNTER_BYTES + (skipped[0]?.secret.length ?? 0)
  const packed = Buffer.allocUnsafe(skipped.length * entryBytes)
  skipped.forEach(({ counter, secret }, index) => {
    packed.writeUInt32BE(counter, index * entryBytes)
    packed.set(secret, index * entryBytes + COUNTER_BYTES)
  })
  return packed
}

/** The reverse of {@link packSkipped}. */
export function unpackSkipped(packed: Uint8Array, secretBytes: number): SkippedKey[] {
  const entryBytes = COUNTER_BYTES + secretBytes
  if (packed.length % entryBytes !== 0) throw new SignalError('malformed', 'Stored skipped keys of a wrong length')
  const view = asBuffer(packed)
  return Array.from({ length: packed.length / entryBytes }, (_, index) => ({
    counter: view.readUInt32BE(index * entryBytes),
    secret: packed.subarray(index * entryBytes + COUNTER_BYTES, (index + 1) * entryBytes),
  }))
}
