import { NOTHING_SKIPPED, type SenderKeyState } from '@switchboard/signal'
import { bytesIn, countIn, listIn, objectIn, publicKeyIn } from './foreign-values.ts'

/**
 * The sender keys of one sender as Baileys keeps them: JSON in bytes, the oldest first (seen in: baileys Signal/Group/sender-key-record.js,
 * sender-key-state.js).
 *
 * @returns them newest first, without private keys: those of our own are made anew
 * @throws NotMovable, SyntaxError
 */
export function baileysSenderKey(stored: unknown): SenderKeyState[] {
  const parsed = Array.isArray(stored) ? stored : JSON.parse(Buffer.from(bytesIn(stored, 'sender key')).toString())
  return listIn(parsed).map(stateOf).toReversed()
}

function stateOf(value: unknown): SenderKeyState {
  const stored = objectIn(value, 'sender key')
  const chain = objectIn(stored['senderChainKey'], 'chain')
  const signing = objectIn(stored['senderSigningKey'], 'signing key')
  const skipped = listIn(stored['senderMessageKeys']).map((each) => {
    const { iteration, seed } = objectIn(each, 'message key')
    return { counter: countIn(iteration, 'iteration'), secret: bytesIn(seed, 'message key', 32) }
  })
  return {
    id: countIn(stored['senderKeyId'], 'id'),
    key: bytesIn(chain['seed'], 'chain key', 32),
    counter: countIn(chain['iteration'], 'iteration'),
    signingKey: publicKeyIn(signing['public'], 'signing key'),
    skipped: skipped.length === 0 ? NOTHING_SKIPPED : { gaps: [skipped], givenUpTo: 0 },
  }
}
