import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseQrText } from './qr-text.ts'

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64')

describe('parseQrText', () => {
  it('reads the bare form, with and without a platform', () => {
    const text = `2@ref,${key(1)},${key(2)},${key(3)}`
    const parsed = parseQrText(text)
    assert.deepEqual(
      [parsed.ref, parsed.noiseKey[0], parsed.identityKey[0], parsed.advSecret[0], parsed.platform],
      ['2@ref', 1, 2, 3, undefined],
    )
    assert.equal(parseQrText(`${text},1`).platform, '1')
  })

  it('reads the form with the linked-devices URL before it', () => {
    const text = `https://wa.me/settings/linked_devices#2@ref,${key(1)},${key(2)},${key(3)},1`
    assert.equal(parseQrText(text).ref, '2@ref')
  })

  it('refuses what is not a QR text, saying why', () => {
    assert.throws(() => parseQrText('hello'), /must be "ref,noise/)
    assert.throws(() => parseQrText(`r,${key(1)},${key(2)},${key(3)},1,2`), /must be "ref,noise/)
    assert.throws(() => parseQrText(`r,${key(1)},AAAA,${key(3)}`), /identity key must be 32 bytes/)
  })
})
