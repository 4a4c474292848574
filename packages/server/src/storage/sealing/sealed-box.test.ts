import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { createSealingKey, SealError, seal, unseal } from './sealed-box.ts'

describe('sealed box', () => {
  const key = createSealingKey(randomBytes(32))
  const plain = new TextEncoder().encode('a secret of the device')

  it('opens to what was sealed, also when that is nothing', () => {
    assert.deepEqual(unseal(key, 'here', seal(key, 'here', plain)), plain)
    assert.deepEqual(unseal(key, 'here', seal(key, 'here', new Uint8Array())), new Uint8Array())
  })

  it('never looks the same twice and never shows what is in it', () => {
    const [one, other] = [Buffer.from(seal(key, 'here', plain)), Buffer.from(seal(key, 'here', plain))]
    assert.notDeepEqual(one, other)
    assert.equal(one.includes(Buffer.from(plain)), false)
  })

  it('does not open in another place or with another key', () => {
    const sealed = seal(key, 'device|kind|a', plain)
    assert.throws(() => unseal(key, 'device|kind|b', sealed), SealError)
    assert.throws(() => unseal(createSealingKey(randomBytes(32)), 'device|kind|a', sealed), SealError)
    const sameName = { ...createSealingKey(randomBytes(32)), fingerprint: key.fingerprint }
    assert.throws(() => unseal(sameName, 'device|kind|a', sealed), SealError)
  })

  it('notices a change of any single byte, and a missing end', () => {
    const sealed = seal(key, 'here', plain)
    for (let place = 0; place < sealed.byteLength; place++) {
      const changed = Uint8Array.from(sealed)
      changed[place]! ^= 1
      assert.throws(() => unseal(key, 'here', changed), SealError, `byte ${place}`)
    }
    for (const length of [0, 1, 32, sealed.byteLength - 1]) {
      assert.throws(() => unseal(key, 'here', sealed.subarray(0, length)), SealError)
    }
  })
})
