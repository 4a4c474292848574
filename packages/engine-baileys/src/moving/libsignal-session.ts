import { randomBytes } from 'node:crypto'
import { NOTHING_SKIPPED, type ReceivingChain, type SessionState } from '@switchboard/signal'
import type { SignalAddress } from '../signal/signal-address.ts'
import type { ForeignSession } from './foreign-link.ts'
import { bytesIfAny, bytesIn, countIn, type Foreign, objectIn, pairIn, publicKeyIn } from './foreign-values.ts'

const sends = 1

/**
 * The sessions with one device as npm's libsignal keeps them (seen in: libsignal 6 src/session_record.js). A counter there is that of the last message, ours is
 * that of the next.
 *
 * @throws NotMovable
 */
export function libsignalSession(address: SignalAddress, stored: unknown): ForeignSession {
  const record = objectIn(stored, 'session record')
  const entries = Object.values(objectIn(record['_sessions'], 'sessions')).map((each) => entryOf(record, each))
  const newestFirst = entries.toSorted((one, other) => other.usedAt - one.usedAt)
  const open = newestFirst.find(({ isOpen }) => isOpen)
  const archived = newestFirst.filter((each) => each !== open).map(({ state }) => state)
  return { address, current: open?.state, archived, usedAt: newestFirst[0]?.usedAt ?? 0 }
}

function entryOf(record: Foreign, stored: unknown) {
  const entry = objectIn(stored, 'session')
  const index = objectIn(entry['indexInfo'], 'index of a session')
  const registrationId = entry['registrationId'] ?? record['registrationId']
  const [closed, used] = [Number(index['closed'] ?? -1), Number(index['used'] ?? 0)]
  return { isOpen: closed === -1, usedAt: Math.max(closed, used), state: stateOf(entry, index, registrationId) }
}

function stateOf(entry: Foreign, index: Foreign, registrationId: unknown): SessionState {
  const current = objectIn(entry['currentRatchet'], 'ratchet')
  const ratchet = pairIn(objectIn(current['ephemeralKeyPair'], 'ratchet pair')['privKey'], 'ratchet key')
  const chains = Object.entries(objectIn(entry['_chains'], 'chains')).map(chainOf)
  const sending = chains.find((chain) => chain.sends)
  const pending = entry['pendingPreKey']
  return {
    remoteIdentity: publicKeyIn(index['remoteIdentityKey'], 'identity of the peer'),
    remoteRegistrationId: countIn(registrationId ?? 0, 'registration id'),
    baseKey: publicKeyIn(index['baseKey'], 'base key'),
    rootKey: bytesIn(current['rootKey'], 'root key', 32),
    ratchet,
    previousCounter: Math.max(0, Number(current['previousCounter'] ?? 0)),
    ...(sending?.key && { sending: { key: sending.key, counter: sending.counter } }),
    // There they stand in the order in which they were begun.
    receiving: chains
      .filter((chain) => !chain.sends)
      .map(receivingOf)
      .toReversed(),
    ...(pending !== undefined && pending !== null && { pending: pendingOf(objectIn(pending, 'pending prekey')) }),
  }
}

function pendingOf(pending: Foreign) {
  const { preKeyId } = pending
  return {
    signedPreKeyId: countIn(pending['signedKeyId'], 'signed prekey'),
    ...(preKeyId !== undefined && preKeyId !== null && { preKeyId: countIn(preKeyId, 'prekey') }),
  }
}

function chainOf([ratchetKey, stored]: [string, unknown]) {
  const chain = objectIn(stored, 'chain')
  const { key, counter } = objectIn(chain['chainKey'], 'chain key')
  const keys = Object.entries(objectIn(chain['messageKeys'] ?? {}, 'message keys'))
  const gap = keys.map(([number, seed]) => ({
    counter: countIn(number, 'counter'),
    secret: bytesIn(seed, 'message key', 32),
  }))
  return {
    sends: chain['chainType'] === sends,
    ratchetKey: publicKeyIn(ratchetKey, 'ratchet key of a chain'),
    key: bytesIfAny(key),
    counter: Number(counter) + 1,
    gap: gap.toSorted((one, other) => one.counter - other.counter),
  }
}

function receivingOf({ ratchetKey, key, counter, gap }: ReturnType<typeof chainOf>): ReceivingChain {
  const skipped = gap.length === 0 ? NOTHING_SKIPPED : { gaps: [gap], givenUpTo: 0 }
  // A chain that has a successor lost its key. What takes its place must be known to nobody: whoever knows it could write messages of this chain.
  return { ratchetKey, key: key ?? randomBytes(32), counter: countIn(counter, 'counter'), skipped }
}
