import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import * as libsignal from 'libsignal'
import * as crypto from 'libsignal/src/crypto.js'
import * as curve from 'libsignal/src/curve.js'

// The npm package that this one stands in for: the other side of every comparison.
const stock = createRequire(import.meta.url)('libsignal-stock')

describe("libsignal's crypto", () => {
  const [key, iv, data] = [randomBytes(32), randomBytes(16), randomBytes(100)]

  it('encrypts, decrypts, authenticates and hashes as the original does', () => {
    const ciphertext = crypto.encrypt(key, data, iv)
    assert.deepEqual(ciphertext, stock.crypto.encrypt(key, data, iv))
    assert.deepEqual(crypto.decrypt(key, ciphertext, iv), data)
    assert.deepEqual(crypto.calculateMAC(key, data), stock.crypto.calculateMAC(key, data))
    assert.deepEqual(crypto.hash(data), stock.crypto.hash(data))
  })

  it('derives one, two and three secrets as the original does', () => {
    for (const chunks of [undefined, 1, 2, 3]) {
      const args = [data, randomBytes(32), Buffer.from('info'), chunks]
      assert.deepEqual(crypto.deriveSecrets(...args), stock.crypto.deriveSecrets(...args))
    }
  })

  it('throws on a wrong MAC', () => {
    const mac = crypto.calculateMAC(key, data).subarray(0, 8)
    crypto.verifyMAC(data, key, mac, 8)
    assert.throws(() => crypto.verifyMAC(data, key, randomBytes(8), 8), /Bad MAC/)
    assert.throws(() => crypto.verifyMAC(data, key, mac.subarray(1), 8), /Bad MAC/)
  })
})

describe("libsignal's curve", () => {
  it('makes pairs, secrets and signatures that the original takes for its own', () => {
    const [a, b] = [curve.generateKeyPair(), stock.curve.generateKeyPair()]
    const message = Buffer.from('message')
    assert.deepEqual(curve.calculateAgreement(b.pubKey, a.privKey), stock.curve.calculateAgreement(a.pubKey, b.privKey))
    assert.equal(stock.curve.verifySignature(a.pubKey, message, curve.calculateSignature(a.privKey, message)), true)
    assert.equal(curve.verifySignature(b.pubKey, message, stock.curve.calculateSignature(b.privKey, message)), true)
  })
})

describe('ProtocolAddress', () => {
  it('writes and reads user and device, and takes no other form', () => {
    const address = new libsignal.ProtocolAddress('123_1', 4)
    assert.equal(address.toString(), '123_1.4')
    assert.ok(libsignal.ProtocolAddress.from('123_1.4').is(address))
    assert.throws(() => new libsignal.ProtocolAddress('1.2', 0), TypeError)
    assert.throws(() => libsignal.ProtocolAddress.from('123'), TypeError)
  })
})
