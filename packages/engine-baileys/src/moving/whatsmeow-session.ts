import { NOTHING_SKIPPED, type ReceivingChain, type SessionState } from '@switchboard/signal'
import type { SignalAddress } from '../signal/signal-address.ts'
import type { ForeignSession } from './foreign-link.ts'
import { bytesIn, countIn, type Foreign, listIn, objectIn, publicKeyIn } from './foreign-values.ts'

/**
 * The sessions with one device as whatsmeow keeps them: JSON of Go structures, bytes in base64 (seen in: go.mau.fi/libsignal v0.2.2 state/record, and
 * serialize/JSONSerializer.go, which whatsmeow's serializer takes for what is stored). A counter there is that of the next message, as ours is.
 *
 * @throws NotMovable, SyntaxError
 */
export function whatsmeowSession(address: SignalAddress, stored: unknown): ForeignSession {
  const record = goStructure(stored, 'session record')
  const archived = listIn(record['PreviousStates']).map(stateOf)
  return { address, current: stateOf(record['SessionState']), archived, usedAt: 0 }
}

/** What a column with JSON in bytes holds. @throws NotMovable, SyntaxError */
export const goStructure = (stored: unknown, name: string): Foreign =>
  objectIn(JSON.parse(Buffer.from(bytesIn(stored, name)).toString()), name)

function stateOf(value: unknown): SessionState {
  const state = objectIn(value, 'session')
  const sender = objectIn(state['SenderChain'], 'sending chain')
  const pending = state['PendingPreKey']
  return {
    remoteIdentity: publicKeyIn(state['RemoteIdentityPublic'], 'identity of the peer'),
    remoteRegistrationId: countIn(state['RemoteRegistrationID'], 'registration id'),
    baseKey: publicKeyIn(state['SenderBaseKey'], 'base key'),
    rootKey: bytesIn(state['RootKey'], 'root key', 32),
    ratchet: {
      publicKey: publicKeyIn(sender['SenderRatchetKeyPublic'], 'ratchet key'),
      privateKey: bytesIn(sender['SenderRatchetKeyPrivate'], 'ratchet key', 32),
    },
    previousCounter: countIn(state['PreviousCounter'], 'previous counter'),
    sending: chainKeyOf(sender),
    // There the oldest is first.
    receiving: listIn(state['ReceiverChains']).map(receivingOf).toReversed(),
    ...(pending !== undefined && pending !== null && { pending: pendingOf(objectIn(pending, 'pending prekey')) }),
  }
}

function chainKeyOf(chain: Foreign) {
  const stored = objectIn(chain['ChainKey'], 'chain key')
  return { key: bytesIn(stored['Key'], 'chain key', 32), counter: countIn(stored['Index'], 'counter') }
}

function receivingOf(value: unknown): ReceivingChain {
  const chain = objectIn(value, 'chain')
  // Of messages that were stepped over, what is derived of their seeds is kept, and not the seeds.
  const gap = listIn(chain['MessageKeys']).map((each) => {
    const keys = objectIn(each, 'message keys')
    const parts = [
      bytesIn(keys['CipherKey'], 'key', 32),
      bytesIn(keys['MacKey'], 'key', 32),
      bytesIn(keys['IV'], 'key', 16),
    ]
    return { counter: countIn(keys['Index'], 'counter'), secret: Buffer.concat(parts) }
  })
  const gaps = [gap.toSorted((one, other) => one.counter - other.counter)]
  return {
    ...chainKeyOf(chain),
    ratchetKey: publicKeyIn(chain['SenderRatchetKeyPublic'], 'ratchet key of a chain'),
    skipped: gap.length === 0 ? NOTHING_SKIPPED : { gaps, givenUpTo: 0 },
  }
}

function pendingOf(pending: Foreign) {
  const preKey = pending['PreKeyID'] ? objectIn(pending['PreKeyID'], 'prekey') : undefined
  return {
    signedPreKeyId: countIn(pending['SignedPreKeyID'], 'signed prekey'),
    ...(preKey && preKey['IsEmpty'] !== true && { preKeyId: countIn(preKey['Value'], 'prekey') }),
  }
}
