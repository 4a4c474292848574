import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { clamp, edwardsKey, edwardsY, toBytes, toNumber } from './edwards.ts'
import { generateKeyPair, keyPairFromPrivate } from './key-pair.ts'
import { sign } from './sign.ts'
import { verify } from './verify.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

// The signature that libsignal publishes (rust/core/src/curve/curve25519.rs, test_signature).
const PUBLISHED = {
  privateKey: hex('c097248412e58bf05df487968205132794178e367637f5818f81e0e6ce73e865'),
  publicKey: hex('ab7e717d4a163b7d9a1d8071dfe9dcf8cdcd1cea3339b6356be84d887e322c64'),
  message: hex('05edce9d9c415ca78cb7252e72c2c4a554d3eb29485a0e1d503118d1a82d99fb4a'),
  signature: hex(
    '5de88ca9a89b4a115da79109c67c9c7464a3e4180274f1cb8c63c2984e286dfbede82deb9dcd9fae0bfbb821569b3d9001bd8130cd11d486cef047bd60b86e88',
  ),
}

describe('verify', () => {
  it('accepts the signature that libsignal publishes', () => {
    assert.deepEqual(keyPairFromPrivate(PUBLISHED.privateKey).publicKey, PUBLISHED.publicKey)
    assert.equal(verify(PUBLISHED.publicKey, PUBLISHED.message, PUBLISHED.signature), true)
  })

  it('refuses that signature with any one bit changed', () => {
    for (let bit = 0; bit < 512; bit++) {
      const changed = Uint8Array.from(PUBLISHED.signature)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      assert.equal(verify(PUBLISHED.publicKey, PUBLISHED.message, changed), false, `bit ${bit}`)
    }
  })

  it('refuses another message, another key, and what is no key or signature', () => {
    const { publicKey, message, signature } = PUBLISHED
    assert.equal(verify(publicKey, message.subarray(1), signature), false)
    assert.equal(verify(generateKeyPair().publicKey, message, signature), false)
    assert.equal(verify(publicKey.subarray(1), message, signature), false)
    assert.equal(verify(publicKey, message, signature.subarray(1)), false)
    assert.equal(verify(publicKey, message, new Uint8Array(64)), false)
    assert.equal(verify(hex('ff'.repeat(32)), message, signature), false)
    assert.equal(verify(hex(`ec${'ff'.repeat(30)}7f`), message, signature), false)
  })

  it('accepts a signature made strictly by the specification, with a key whose sign is made zero', () => {
    // Ed25519 with a chosen scalar is what XEdDSA's sign comes to: the steps of XEdDSA specification §2.5, on noble alone.
    for (let round = 0; round < 4; round++) {
      const { privateKey, publicKey } = generateKeyPair()
      const message = randomBytes(40)
      assert.equal(verify(publicKey, message, specificationSignature(privateKey, message)), true)
    }
  })
})

describe('the Edwards form of a key', () => {
  it('is the multiple of the base point that an independent library works out, of both signs', () => {
    const { BASE, Fn } = ed25519.Point
    const signs = new Set<number>()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (privateKey) => {
        const { scalar, point } = edwardsKey(privateKey)
        assert.equal(scalar, Fn.create(toNumber(clamp(privateKey))))
        assert.deepEqual(Uint8Array.from(point), BASE.multiply(scalar).toBytes())
        signs.add(point[31]! & 0x80)
      }),
    )
    assert.equal(signs.size, 2)
  })

  it('has the y of the public key, where that is of a point', () => {
    const { Fp } = ed25519.Point
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (u) => {
        const y = edwardsY(toBytes(u))
        if (u >= Fp.ORDER || u === Fp.ORDER - 1n) assert.equal(y, undefined)
        else assert.deepEqual(y && toNumber(y), Fp.div(Fp.sub(u, 1n), Fp.add(u, 1n)))
      }),
      { examples: [[0n], [1n], [Fp.ORDER - 1n], [Fp.ORDER], [Fp.ORDER - 2n], [2n ** 255n]] },
    )
  })
})

describe('sign', () => {
  it('makes signatures that verify, and a different one each time', () => {
    for (let round = 0; round < 50; round++) {
      const { privateKey, publicKey } = generateKeyPair()
      const message = randomBytes(round)
      const [first, second] = [sign(privateKey, message), sign(privateKey, message)]
      assert.equal(verify(publicKey, message, first), true)
      assert.equal(verify(publicKey, message, second), true)
      assert.notDeepEqual(first, second)
    }
  })

  it('makes signatures that an independent Ed25519 accepts', () => {
    const { privateKey } = generateKeyPair()
    const message = randomBytes(33)
    const signature = sign(privateKey, message)
    signature[63]! &= 0x7f
    assert.equal(ed25519.verify(signature, message, edwardsKey(privateKey).point), true)
  })

  it('uses nonce points of both signs', () => {
    const { privateKey } = generateKeyPair()
    const signs = new Set(Array.from({ length: 64 }, () => sign(privateKey, randomBytes(8))[31]! & 0x80))
    assert.equal(signs.size, 2)
  })
})

function specificationSignature(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  const { BASE, Fn } = ed25519.Point
  const key = edwardsKey(privateKey)
  const isNegative = (key.point[31]! & 0x80) !== 0
  const scalar = isNegative ? Fn.neg(key.scalar) : key.scalar
  const point = BASE.multiply(scalar).toBytes()
  assert.equal(point[31]! & 0x80, 0)
  const nonce = Fn.create(BigInt(`0x${randomBytes(64).toString('hex')}`))
  const commitment = BASE.multiply(nonce).toBytes()
  const digest = hashOf(commitment, point, message)
  const s = Fn.add(nonce, Fn.mul(Fn.create(digest), scalar))
  return Buffer.concat([commitment, Buffer.from(Fn.toBytes(s))])
}

function hashOf(...parts: Uint8Array[]): bigint {
  const digest = createHash('sha512').update(Buffer.concat(parts)).digest()
  return BigInt(`0x${digest.reverse().toString('hex')}`)
}
