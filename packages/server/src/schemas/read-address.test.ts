import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { z } from 'zod'
import { ChannelAddress, ChatAddress, GroupAddress, PersonAddress } from './chat-address.ts'
import { Phone } from './phone.ts'
import { readAddress } from './read-address.ts'

const number = '5511988887777@s.whatsapp.net'

const accepted: Readonly<Record<string, string>> = {
  '5511988887777': number,
  '+5511988887777': number,
  '+55 11 98888-7777': number,
  ' 55 (11) 98888.7777 ': number,
  '55-11-98888-7777': number,
  '55119-88887777': number,
  '+55\u00a011\u202f98888\u20117777': number,
  '\u202a+55 11 98888\u20137777\u202c': number,
  '＋５５ １１ ９８８８８－７７７７': number,
  '+55 (0)11 98888-7777': number,
  '5511988887777@s.whatsapp.net': number,
  '5511988887777@C.US': number,
  '+55 11 98888-7777@c.us': number,
  '5511988887777:12@s.whatsapp.net': number,
  '5511988887777.0:12@S.WhatsApp.Net': number,
  '55.11.988887777@c.us': number,
  // Numbers that a library of number plans calls invalid.
  '+5215512345678': '5215512345678@s.whatsapp.net',
  '+553187654321': '553187654321@s.whatsapp.net',
  '+22997123456': '22997123456@s.whatsapp.net',
  '123456789012345@lid': '123456789012345@lid',
  '123456789012345:3@LID': '123456789012345@lid',
  '120363012345678901@g.us': '120363012345678901@g.us',
  '120363012345678901@G.US': '120363012345678901@g.us',
  '120363012345678901': '120363012345678901@g.us',
  '4917012345678-1500000000@g.us': '4917012345678-1500000000@g.us',
  '4917012345678-1500000000': '4917012345678-1500000000@g.us',
  '120363098765432109@newsletter': '120363098765432109@newsletter',
  '867051314767696@bot': '867051314767696@bot',
  'Status@Broadcast': 'status@broadcast',
}

const phones = [
  '',
  ' ',
  'hello',
  '0170 123456',
  '12345',
  '+',
  '49 170 12x',
  '1 2 3',
  '12345678901234567',
  '++4917012345678',
  '0',
  '+0'.repeat(30),
]
const jids = [
  'x@s.whatsapp.net',
  '@g.us',
  '@',
  '123@example.com',
  'abc@lid',
  '1@2@s.whatsapp.net',
  'all@broadcast',
  '4917012345678@__proto__',
  '0170123456@c.us',
  '5511988887777@msgr',
  `${'1'.repeat(200)}@lid`,
]

const refusedBy = (schema: z.ZodType, text: string): unknown => {
  const [issue] = schema.safeParse(text).error?.issues ?? []
  return issue?.code === 'custom' ? issue.params?.['error_code'] : issue?.code
}

describe('readAddress', () => {
  for (const [written, jid] of Object.entries(accepted)) {
    it(`reads ${written}`, () => {
      const read = readAddress(written)
      assert.equal('jid' in read && read.jid, jid)
      assert.deepEqual(readAddress(jid), read)
    })
  }

  for (const text of phones) {
    it(`refuses "${text}" as a number`, () => assert.deepEqual(readAddress(text), { refused: 'invalid_phone' }))
  }

  for (const text of jids) {
    it(`refuses "${text.slice(0, 40)}" as an address`, () =>
      assert.deepEqual(readAddress(text), { refused: 'invalid_jid' }))
  }
})

describe('schemas of addresses', () => {
  it('take what is of their kind, in every notation, and give its one form', () => {
    for (const [written, jid] of Object.entries(accepted)) {
      const isNumber = jid.endsWith('@s.whatsapp.net')
      assert.equal(ChatAddress.parse(written), jid)
      assert.equal(Phone.safeParse(written).data, isNumber ? jid.replace(/@.*/, '') : undefined, written)
      assert.equal(PersonAddress.safeParse(written).data, isNumber || jid.endsWith('@lid') ? jid : undefined, written)
      if (written.includes('@')) {
        assert.equal(GroupAddress.safeParse(written).data, jid.endsWith('@g.us') ? jid : undefined, written)
        assert.equal(ChannelAddress.safeParse(written).data, jid.endsWith('@newsletter') ? jid : undefined, written)
      }
    }
    assert.equal(ChannelAddress.parse('120363098765432109'), '120363098765432109@newsletter')
    assert.equal(GroupAddress.parse('12345-67890'), '12345-67890@g.us')
  })

  it('name what is wrong', () => {
    assert.equal(refusedBy(Phone, 'hello'), 'invalid_phone')
    assert.equal(refusedBy(Phone, '123456789012345@lid'), 'invalid_phone')
    assert.equal(refusedBy(ChatAddress, '0170'), 'invalid_phone')
    assert.equal(refusedBy(ChatAddress, 'hello'), 'invalid_jid')
    assert.equal(refusedBy(PersonAddress, '120363012345678901@g.us'), 'invalid_jid')
    assert.equal(refusedBy(GroupAddress, '4917012345678'), 'invalid_jid')
    assert.equal(refusedBy(ChannelAddress, '120363012345678901@g.us'), 'invalid_jid')
    assert.equal(refusedBy(ChatAddress, '1'.repeat(129)), 'too_big')
  })
})
