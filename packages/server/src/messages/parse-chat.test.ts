import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseChat } from './parse-chat.ts'

describe('parseChat', () => {
  for (const [written, address] of [
    ['4917012345678', '4917012345678@s.whatsapp.net'],
    ['+4917012345678', '4917012345678@s.whatsapp.net'],
    ['4917012345678@s.whatsapp.net', '4917012345678@s.whatsapp.net'],
    ['4917012345678:12@s.whatsapp.net', '4917012345678@s.whatsapp.net'],
    ['4917012345678@c.us', '4917012345678@s.whatsapp.net'],
    ['123456789012345@lid', '123456789012345@lid'],
    ['120363012345678901@g.us', '120363012345678901@g.us'],
    ['120363012345678901', '120363012345678901@g.us'],
    ['4917012345678-1500000000@g.us', '4917012345678-1500000000@g.us'],
    ['4917012345678-1500000000', '4917012345678-1500000000@g.us'],
    ['status@broadcast', 'status@broadcast'],
  ] as const) {
    it(`reads ${written}`, () => assert.equal(parseChat(written), address))
  }

  for (const written of ['', '0170123456', '12345', '+', 'hello', '49 170 1234567']) {
    it(`refuses "${written}" as a phone number`, () =>
      assert.throws(() => parseChat(written), { code: 'invalid_phone' }))
  }

  for (const written of [
    'x@s.whatsapp.net',
    '@g.us',
    '123@example.com',
    'abc@lid',
    '1@2@s.whatsapp.net',
    'all@broadcast',
  ]) {
    it(`refuses "${written}" as an address`, () => assert.throws(() => parseChat(written), { code: 'invalid_jid' }))
  }
})
