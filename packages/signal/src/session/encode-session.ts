import { ProtoWriter } from '../codec/proto-writer.ts'
import type { ReceivingChain, SessionState } from './session-state.ts'

/** The first byte of a stored record. A change of format that protobuf cannot carry takes the next number. */
export const STORED_VERSION = 1
/** A skipped key in storage: four bytes of counter, 32 of seed. */
export const SKIPPED_BYTES = 36

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
  for (const gap of chain.skipped.gaps) writer.bytes(4, packSkipped(gap))
  if (chain.skipped.givenUpTo > 0) writer.uint(5, chain.skipped.givenUpTo)
  return writer.finish()
}

/** The skipped keys of one gap as one run of fixed-size entries. */
export function packSkipped(skipped: readonly { counter: number; seed: Uint8Array }[]): Uint8Array {
  const packed = Buffer.allocUnsafe(skipped.length * SKIPPED_BYTES)
  skipped.forEach(({ counter, seed }, index) => {
    packed.writeUInt32BE(counter, index * SKIPPED_BYTES)
    packed.set(seed, index * SKIPPED_BYTES + 4)
  })
  return packed
}
