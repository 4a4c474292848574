import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { established } from '../../test/our-party.ts'
import { deserializeSession, restoreSession, type SessionState } from '../index.ts'
import { messageKeys } from './message-keys.ts'

/** As a program keeps it that derives the keys of skipped messages at once. */
const withDerivedKeys = (state: SessionState): SessionState => ({
  ...state,
  receiving: state.receiving.map((chain) => ({
    ...chain,
    skipped: {
      ...chain.skipped,
      gaps: chain.skipped.gaps.map((gap) =>
        gap.map(({ counter, secret }) => {
          const { cipherKey, macKey, iv } = messageKeys(secret)
          return { counter, secret: Buffer.concat([cipherKey, macKey, iv]) }
        }),
      ),
    },
  })),
})

describe('restoreSession', () => {
  it('reads late messages of which another implementation kept derived keys, also after it was stored and skipped more', () => {
    const [a, b] = established()
    const late = [a.encryptNow('first'), a.encryptNow('second')]
    b.decryptNow(a.encryptNow('read'))
    const moved = restoreSession(withDerivedKeys(deserializeSession(b.stored!).current!), [])
    b.stored = deserializeSession(moved.serialize()).serialize()
    late.push(a.encryptNow('third'))
    b.decryptNow(a.encryptNow('read too'))
    assert.deepEqual(deserializeSession(b.stored!).serialize(), b.stored)
    assert.deepEqual(
      late.map((message) => b.decryptNow(message)),
      ['first', 'second', 'third'],
    )
  })

  it('keeps replaced sessions in their order', () => {
    const states = [established(), established(), established()].map(([, b]) => deserializeSession(b.stored!).current!)
    const [current, ...archived] = states
    const { archived: stored } = restoreSession(current, archived)
    const again = stored.map((_, place) => restoreSession(archived[place], []).current!)
    assert.deepEqual(again, archived)
    assert.equal(stored.length, 2)
  })
})
