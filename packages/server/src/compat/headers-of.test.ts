import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { headersOf } from './headers-of.ts'

describe('headersOf', () => {
  it('takes headers as registrations have them', () => {
    assert.deepEqual(headersOf({ 'X-My-Header': 'Value', Authorization: 'Bearer x', n: 7 }), {
      ...{ 'x-my-header': 'Value', authorization: 'Bearer x', n: '7' },
    })
  })

  it('refuses what would change the request, or be no header', () => {
    for (const name of [
      'Host',
      'content-length',
      'Content-Type',
      'Transfer-Encoding',
      'connection',
      'a b',
      '',
      'x\r\ny',
    ]) {
      assert.throws(() => headersOf({ [name]: 'x' }), { code: 'invalid_request' }, name)
    }
    for (const value of ['a\r\nb: c', 'a\0b', 'ü', 'x'.repeat(5000)]) {
      assert.throws(() => headersOf({ 'x-a': value }), { code: 'invalid_request' })
    }
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x-${index}`, 'y']))
    assert.throws(() => headersOf(many), { code: 'invalid_request' })
  })
})
