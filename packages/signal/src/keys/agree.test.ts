import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SignalError } from '../errors.ts'
import { agree } from './agree.ts'
import { generateKeyPair, keyPairFromPrivate } from './key-pair.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const isBadKey = (error: unknown) => error instanceof SignalError && error.code === 'bad_key'

// RFC 7748 §5.2: scalar, u-coordinate, product.
const MULTIPLICATIONS = [
  [
    'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
    'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
    'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
  ],
  [
    '4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d',
    'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493',
    '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957',
  ],
] as const

const EXCHANGES = [
  {
    source: 'RFC 7748 §6.1',
    alice: [
      '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    ],
    bob: [
      '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    ],
    shared: '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  },
  {
    source: 'libsignal rust/core/src/curve/curve25519.rs',
    alice: [
      'c806439dc9d2c476ffed8f2580c0888d58ab406bf7ae3698879021b96bb4bf59',
      '1bb75966f2e93a3691dfff942bb2a466a1c08b8d78ca3f4d6df8b8bfa2e4ee28',
    ],
    bob: [
      'b03b34c33a1c44f225b662d2bf4859b8135411fa7b0386d45fb75dc5b91b4466',
      '653614993d2b15ee9e5fd3d86ce719ef4ec1daae1886a87b3f5fa9565a27a22f',
    ],
    shared: '325f239328941ced6e673b86ba41017448e99b649a9c3806c1dd7ca4c477e629',
  },
] as const

describe('agree', () => {
  for (const [scalar, point, product] of MULTIPLICATIONS) {
    it(`multiplies ${scalar.slice(0, 8)} as RFC 7748 §5.2 does`, () => {
      assert.deepEqual(agree(hex(scalar), hex(point)), hex(product))
    })
  }

  for (const { source, alice, bob, shared } of EXCHANGES) {
    it(`reaches the secret published in ${source} from both sides`, () => {
      assert.deepEqual(keyPairFromPrivate(hex(alice[0])).publicKey, hex(alice[1]))
      assert.deepEqual(keyPairFromPrivate(hex(bob[0])).publicKey, hex(bob[1]))
      assert.deepEqual(agree(hex(alice[0]), hex(bob[1])), hex(shared))
      assert.deepEqual(agree(hex(bob[0]), hex(alice[1])), hex(shared))
    })
  }

  it('reaches one secret for random pairs', () => {
    const [a, b] = [generateKeyPair(), generateKeyPair()]
    assert.deepEqual(agree(a.privateKey, b.publicKey), agree(b.privateKey, a.publicKey))
  })

  it('goes by what a key array holds now, not by what it held before', () => {
    const [a, b, peer] = [generateKeyPair(), generateKeyPair(), generateKeyPair()]
    const reused = Uint8Array.from(a.privateKey)
    agree(reused, peer.publicKey)
    reused.set(b.privateKey)
    assert.deepEqual(agree(reused, peer.publicKey), agree(b.privateKey, peer.publicKey))
  })

  it('refuses points of low order and keys of a wrong length', () => {
    const { privateKey, publicKey } = generateKeyPair()
    // Points whose multiples by a clamped scalar are zero: 0, 1, p - 1, and one of order 8.
    const lowOrder = [
      '00'.repeat(32),
      `01${'00'.repeat(31)}`,
      `ec${'ff'.repeat(30)}7f`,
      'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    ]
    for (const point of lowOrder) assert.throws(() => agree(privateKey, hex(point)), isBadKey, point)
    assert.throws(() => agree(privateKey, publicKey.subarray(1)), isBadKey)
    assert.throws(() => agree(privateKey.subarray(1), publicKey), isBadKey)
  })
})
