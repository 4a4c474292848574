import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSize } from './parse-size.ts'

describe('parseSize', () => {
  it('reads bytes and their 1024-based multiples, whatever the case', () => {
    const known = { '8M': 8_388_608, '512k': 524_288, '1G': 1_073_741_824, '1048576': 1_048_576, '2MB': 2_097_152 }
    for (const [text, bytes] of Object.entries(known)) assert.equal(parseSize(text), bytes, text)
  })

  it('refuses what is no size', () => {
    for (const text of ['', 'M', '-1M', '1T', '1.5M', '8 M']) assert.equal(parseSize(text), undefined, text)
  })
})
