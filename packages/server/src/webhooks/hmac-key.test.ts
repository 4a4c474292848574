import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { HmacKey } from './hmac-key.ts'

describe('an HMAC key', () => {
  it('signs what Node signs, for keys and texts of every length', () => {
    for (const length of [0, 1, 16, 63, 64, 65, 300]) {
      const key = randomBytes(length)
      for (const size of [0, 1, 500, 70_000]) {
        const body = randomBytes(size)
        const name = Buffer.from('evt_1.1796095440.')
        for (const encoding of ['hex', 'base64'] as const) {
          const expected = createHmac('sha256', key).update(name).update(body).digest(encoding)
          assert.equal(new HmacKey(key).sign(encoding, name, body), expected, `${length} and ${size} bytes`)
        }
      }
    }
  })
})
