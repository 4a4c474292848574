import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { whatsappRoot } from '@switchboard/link'
import { generateKeyPair, sign } from '@switchboard/signal'
import { Curve, proto, WA_CERT_DETAILS } from 'baileys'
import { withNoiseRoot } from './noise-trust.ts'

/** The library's own, before it is replaced. */
const libraryRoot = Uint8Array.from(WA_CERT_DETAILS.PUBLIC_KEY)

const details = (key: Uint8Array) =>
  proto.CertChain.NoiseCertificate.Details.encode({ serial: 1, issuerSerial: 0, key }).finish()

describe('withNoiseRoot', () => {
  const [intermediate, server, ours] = [generateKeyPair(), generateKeyPair(), generateKeyPair()]

  /** What the library does with a chain during a handshake with `peer`. */
  function checkLeaf(certified: Uint8Array, peer: Uint8Array): boolean {
    return withNoiseRoot(new Uint8Array(32), () => {
      Curve.sharedKey(ours.privateKey, peer)
      const leaf = details(certified)
      return Curve.verify(intermediate.publicKey, leaf, sign(intermediate.privateKey, leaf))
    })
  }

  it('accepts a certificate for the key that the server uses', () => {
    assert.equal(checkLeaf(server.publicKey, server.publicKey), true)
  })

  it('refuses a genuine certificate for another key, as somebody who recorded one would present', () => {
    assert.equal(checkLeaf(server.publicKey, generateKeyPair().publicKey), false)
  })

  it('refuses a signature that does not match', () => {
    const leaf = details(server.publicKey)
    const signature = sign(generateKeyPair().privateKey, leaf)
    assert.equal(
      withNoiseRoot(new Uint8Array(32), () => Curve.verify(intermediate.publicKey, leaf, signature)),
      false,
    )
  })

  it('gives each its own root and everything else the real one', () => {
    const root = new Uint8Array(32).fill(5)
    assert.deepEqual(Uint8Array.from(withNoiseRoot(root, () => WA_CERT_DETAILS.PUBLIC_KEY)), root)
    assert.deepEqual(Uint8Array.from(WA_CERT_DETAILS.PUBLIC_KEY), whatsappRoot)
    assert.deepEqual(libraryRoot, whatsappRoot)
    assert.equal(Buffer.from(whatsappRoot).toString('hex').startsWith('142375574d0a'), true)
  })
})
