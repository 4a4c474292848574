import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkTest, parseAddress, parseNetwork } from './networks.ts'

describe('parseAddress', () => {
  it('knows one address by one name', () => {
    for (const [written, name] of [
      ['192.0.2.1', '192.0.2.1'],
      ['::ffff:192.0.2.1', '192.0.2.1'],
      ['::FFFF:c000:0201', '192.0.2.1'],
      ['2001:DB8:0:0::1', '2001:db8::1'],
      ['fe80::1%eth0', 'fe80::1'],
    ] as const) {
      assert.equal(parseAddress(written)?.toString(), name)
    }
  })

  it('takes nothing that programs read in different ways', () => {
    for (const text of [
      '',
      '10',
      '010.0.0.1',
      '0x7f.1',
      '127.1',
      '1.2.3.256',
      '1.2.3.4.5',
      '1.2.3.4%eth0',
      'localhost',
      '::1::',
      '[::1]',
      ' 1.2.3.4',
    ]) {
      assert.equal(parseAddress(text), undefined, text)
    }
  })
})

describe('parseNetwork', () => {
  it('writes addresses and ranges in one form', () => {
    for (const [written, network] of [
      ['10.1.2.3', '10.1.2.3/32'],
      ['10.0.0.0/8', '10.0.0.0/8'],
      ['::1', '::1/128'],
      ['2001:db8::/32', '2001:db8::/32'],
      ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
      ['::ffff:10.0.0.1', '10.0.0.1/32'],
    ] as const) {
      assert.equal(parseNetwork(written), network)
    }
  })

  it('refuses what is none, and what is every address', () => {
    const wrong = [
      '',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10/8',
      'proxy',
      '::1/129',
      'fe80::1%eth0/64',
      '0.0.0.0/0',
      '::/0',
      '::ffff:0.0.0.0/96',
      '*',
    ]
    for (const text of wrong) assert.equal(parseNetwork(text), undefined, text)
  })
})

describe('networkTest', () => {
  it('says whether an address is inside, and keeps the two kinds apart', () => {
    const inside = networkTest(['10.9.9.9/8', '192.0.2.7/32', '2001:db8::/32'])
    const [yes, no] = [
      ['10.0.0.1', '::ffff:10.255.0.1', '192.0.2.7', '2001:db8:ffff::1'],
      ['11.0.0.1', '192.0.2.8', '2001:db9::1', '::1', '::a00:1'],
    ]
    for (const text of yes!) assert.ok(inside(parseAddress(text)!), text)
    for (const text of no!) assert.ok(!inside(parseAddress(text)!), text)
    assert.ok(!networkTest([])(parseAddress('10.0.0.1')!))
  })
})
