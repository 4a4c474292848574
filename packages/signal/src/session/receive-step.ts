import { SignalError } from '../errors.ts'
import { agreeWith } from '../keys/agree.ts'
import { x25519PublicKey } from '../keys/key-objects.ts'
import { generateWithHandle } from '../keys/key-pair.ts'
import { plain, sameBytes } from '../primitives/bytes.ts'
import type { LocalIdentity } from './bundle.ts'
import { decryptWith, messageKeys } from './message-keys.ts'
import { stepRoot, stepRootBy } from './root-key.ts'
import {
  type Chain,
  MAX_RECEIVING_CHAINS,
  MAX_SKIPPED,
  type ReceivingChain,
  type SessionState,
} from './session-state.ts'
import { countSkipped, keepNewest, NOTHING_SKIPPED } from './skipped-keys.ts'
import { takeMessageKey } from './take-message-key.ts'
import { hasValidMac, type WhisperMessage } from './whisper-message.ts'

/** A message as it came and as it was parsed. */
export interface Incoming {
  bytes: Uint8Array
  message: WhisperMessage
}

/** The receiving chain that the message belongs to, when this session has met its ratchet key. */
export function chainOf(state: SessionState, message: WhisperMessage): ReceivingChain | undefined {
  return state.receiving.find((chain) => sameBytes(chain.ratchetKey, message.ratchetKey))
}

/**
 * Decrypts in one session: in a chain that it knows, else by a ratchet step.
 *
 * Throws `duplicate_message`, `key_given_up`, `too_far_ahead` or `bad_mac`.
 */
export function receiveStep(
  state: SessionState,
  local: LocalIdentity,
  incoming: Incoming,
): { state: SessionState; plaintext: Uint8Array } {
  const known = chainOf(state, incoming.message)
  const step = known ? undefined : stepRoot(state.rootKey, state.ratchet.privateKey, incoming.message.ratchetKey)
  const chain = known ?? newChain(incoming.message.ratchetKey, step!.chain)
  const taken = takeMessageKey(chain, incoming.message.counter)
  const plaintext = open(state, local, incoming, taken.secret)
  // Only an authentic message moves the ratchet, or makes a key pair.
  const ratcheted = step ? ratchetSending(state, step.rootKey, incoming.message.ratchetKey) : state
  const { pending: _answered, ...rest } = ratcheted
  return { state: { ...rest, receiving: bounded(ratcheted.receiving, known, taken.chain) }, plaintext }
}

function newChain(ratchetKey: Uint8Array, chain: Chain): ReceivingChain {
  return { ...chain, ratchetKey: Uint8Array.from(ratchetKey), skipped: NOTHING_SKIPPED }
}

function open(state: SessionState, local: LocalIdentity, incoming: Incoming, secret: Uint8Array): Uint8Array {
  const keys = messageKeys(secret)
  const parties = { sender: state.remoteIdentity, receiver: local.identity.publicKey }
  if (!hasValidMac(incoming.bytes, keys.macKey, parties)) throw new SignalError('bad_mac', 'The MAC does not match')
  return plain(decryptWith(keys, incoming.message.ciphertext))
}

function ratchetSending(state: SessionState, rootKey: Uint8Array, theirRatchetKey: Uint8Array): SessionState {
  const ratchet = generateWithHandle()
  const step = stepRootBy(agreeWith(ratchet.handle, x25519PublicKey(theirRatchetKey)), rootKey)
  const previousCounter = Math.max((state.sending?.counter ?? 0) - 1, 0)
  return { ...state, rootKey: step.rootKey, ratchet: ratchet.pair, sending: step.chain, previousCounter }
}

// Skipped keys are bounded over all chains of a session: a peer decides how many we must store, so it must not be five times 2000.
function bounded(
  chains: readonly ReceivingChain[],
  replaced: ReceivingChain | undefined,
  chain: ReceivingChain,
): ReceivingChain[] {
  const all = replaced ? chains.map((each) => (each === replaced ? chain : each)) : [chain, ...chains]
  let room = MAX_SKIPPED
  return all.slice(0, MAX_RECEIVING_CHAINS).map((each) => {
    const skipped = keepNewest(each.skipped, room)
    room -= countSkipped(skipped)
    return skipped === each.skipped ? each : { ...each, skipped }
  })
}
