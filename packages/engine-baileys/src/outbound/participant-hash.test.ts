import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { participantHash } from './participant-hash.ts'

describe('participantHash', () => {
  it('covers every device with its agent and number, in one order', () => {
    const text = ['1203.0:0@lid', '1203.0:17@lid', '49170.0:0@s.whatsapp.net'].join('')
    const expected = createHash('sha256').update(text).digest('base64').slice(0, 8)
    const devices = ['49170@s.whatsapp.net', '1203:17@lid', '1203@lid']
    assert.equal(participantHash(devices), `2:${expected}`)
    assert.equal(participantHash(devices.toReversed()), `2:${expected}`)
  })
})
