import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { payloadText } from './payload-text.ts'

describe('payloadText', () => {
  it('replaces what other parsers refuse, at any depth, and nothing else', () => {
    const given = { text: 'a\0b\ud800', mentions: ['\udc00'], action_raw: { name: '\0' }, n: 1, none: undefined }
    const replaced = { text: 'a\uFFFDb\uFFFD', mentions: ['\uFFFD'], action_raw: { name: '\uFFFD' }, n: 1 }
    assert.deepEqual(JSON.parse(payloadText(given)), replaced)
    assert.ok(!payloadText(given).includes('\\u'))
    for (const text of ['é 😀 "quoted"', 'written out: \\u0000 \\ud800', '\u0001']) {
      assert.equal(payloadText({ text }), JSON.stringify({ text }))
    }
  })
})
