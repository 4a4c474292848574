import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { parseMasterKey } from './parse-master-key.ts'

describe('parseMasterKey', () => {
  it('reads 32 bytes in hex and base64', () => {
    const key = randomBytes(32)
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      assert.deepEqual(parseMasterKey(`${key.toString(encoding)}\n`), new Uint8Array(key))
    }
  })

  it('refuses everything else without repeating it', () => {
    for (const text of ['', 'secret-secret', 'f'.repeat(63), 'f'.repeat(65), randomBytes(31).toString('base64')]) {
      assert.throws(
        () => parseMasterKey(text),
        (error: Error) => text === '' || !error.message.includes(text),
      )
    }
  })
})
