import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OurParty } from '../../test/our-party.ts'
import {
  generateKeyPair,
  hasOpenSession,
  prefixed,
  SignalError,
  type SignalErrorCode,
  sessionIdentity,
  sign,
  startSession,
} from '../index.ts'

const is = (code: SignalErrorCode) => (error: unknown) => error instanceof SignalError && error.code === code

describe('startSession', () => {
  it('refuses a bundle whose signed prekey another identity signed, or nobody', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const bundle = b.bundle()
    const forgedKey = generateKeyPair().publicKey
    const forgeries = [
      { ...bundle.signedPreKey, publicKey: forgedKey },
      { ...bundle.signedPreKey, signature: sign(a.local.identity.privateKey, prefixed(bundle.signedPreKey.publicKey)) },
      { ...bundle.signedPreKey, signature: new Uint8Array(64) },
      { ...bundle.signedPreKey, signature: new Uint8Array(0) },
    ]
    for (const signedPreKey of forgeries) {
      assert.throws(() => startSession(a.local, { ...bundle, signedPreKey }), is('untrusted_signature'))
    }
    assert.throws(
      () => startSession(a.local, { ...bundle, identityKey: generateKeyPair().publicKey }),
      is('untrusted_signature'),
    )
  })

  it('refuses a one-time prekey of low order', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const bundle = { ...b.bundle(), preKey: { keyId: 1, publicKey: new Uint8Array(32) } }
    assert.throws(() => startSession(a.local, bundle), is('bad_key'))
  })

  it('leaves an open session with the identity of the bundle', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const record = startSession(a.local, b.bundle())
    assert.equal(hasOpenSession(record), true)
    assert.deepEqual(sessionIdentity(record), b.local.identity.publicKey)
  })
})
