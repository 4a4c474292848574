import { NOTHING_SKIPPED, type SenderKeyState } from '@switchboard/signal'
import { bytesIn, countIn, listIn, objectIn, publicKeyIn } from './foreign-values.ts'
import { goStructure } from './whatsmeow-session.ts'

/** The sender keys of one sender as whatsmeow keeps them, newest first (seen in: go.mau.fi/libsignal v0.2.2 groups/state/record). Without private keys: those of our
 *  own are made anew. @throws NotMovable, SyntaxError */
export const whatsmeowSenderKey = (stored: unknown): SenderKeyState[] =>
  listIn(goStructure(stored, 'sender key record')['SenderKeyStates']).map(stateOf)

function stateOf(value: unknown): SenderKeyState {
  const state = objectIn(value, 'sender key')
  const chain = objectIn(state['SenderChainKey'], 'chain')
  const skipped = listIn(state['Keys']).map((each) => {
    const key = objectIn(each, 'message key')
    return { counter: countIn(key['Iteration'], 'iteration'), secret: bytesIn(key['Seed'], 'message key', 32) }
  })
  return {
    id: countIn(state['KeyID'], 'id'),
    key: bytesIn(chain['ChainKey'], 'chain key', 32),
    counter: countIn(chain['Iteration'], 'iteration'),
    signingKey: publicKeyIn(state['SigningKeyPublic'], 'signing key'),
    skipped: skipped.length === 0 ? NOTHING_SKIPPED : { gaps: [skipped], givenUpTo: 0 },
  }
}
