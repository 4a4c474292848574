import assert from 'node:assert/strict'
import crypto, { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { aesDecryptGCM, aesEncryptGCM } from 'baileys'
import { useKeyHandles } from './key-handles.ts'

const [key, iv, text] = [randomBytes(32), randomBytes(16), randomBytes(100)]
const before = crypto.createCipheriv

/** With whatever `node:crypto` holds now, also for those who imported it by name. */
const cbc = (secret: Parameters<typeof createCipheriv>[1]) => {
  const cipher = createCipheriv('aes-256-cbc', secret, iv)
  return Buffer.concat([cipher.update(text), cipher.final()])
}

describe('useKeyHandles', () => {
  const plain = cbc(key)
  const sealed = aesEncryptGCM(text, key, iv, Buffer.alloc(0))
  useKeyHandles()
  useKeyHandles()

  it('takes effect for every importer, once', () => {
    assert.notEqual(createCipheriv, before)
    assert.equal(createCipheriv, crypto.createCipheriv)
  })

  it('changes nothing that is computed, whatever form the key has', () => {
    for (const form of [key, new Uint8Array(key), createSecretKey(key)]) assert.deepEqual(cbc(form), plain)
    const decipher = createDecipheriv('aes-256-cbc', key, iv)
    assert.deepEqual(Buffer.concat([decipher.update(plain), decipher.final()]), text)
    assert.deepEqual(aesEncryptGCM(text, key, iv, Buffer.alloc(0)), sealed)
    assert.deepEqual(aesDecryptGCM(sealed, key, iv, Buffer.alloc(0)), text)
  })

  it('refuses a key of the wrong length as before', () => {
    assert.throws(() => createCipheriv('aes-256-cbc', key.subarray(1), iv), { code: 'ERR_CRYPTO_INVALID_KEYLEN' })
  })
})
