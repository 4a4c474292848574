import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forwardedReader } from './forwarded.ts'

const read = forwardedReader(['127.0.0.1/32', '10.0.0.0/8', '2001:db8:1::/48'])

/** The caller of a request that our nearest proxy handed on. */
const callerBehind = (headers: Record<string, string>, peer = '127.0.0.1') => read(peer, headers).address

describe('forwardedReader', () => {
  it('takes the peer of the socket when that is no proxy of ours, whatever it claims', () => {
    const claims = {
      'x-forwarded-for': '203.0.113.9, 10.0.0.1',
      forwarded: 'for=203.0.113.9;proto=https;host=evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
    }
    assert.deepEqual(read('198.51.100.1', claims), { address: '198.51.100.1' })
    assert.deepEqual(read('::ffff:198.51.100.1', claims), { address: '198.51.100.1' })
    assert.deepEqual(forwardedReader([])('127.0.0.1', claims), { address: '127.0.0.1' })
    assert.deepEqual(read(undefined, claims), { address: '' })
  })

  describe('X-Forwarded-For', () => {
    for (const [what, header, caller] of [
      ['one caller', '203.0.113.9', '203.0.113.9'],
      ['the right-most address that is not ours', '203.0.113.9, 10.0.0.1, 10.0.0.2', '203.0.113.9'],
      ['what the caller made up before it', '10.0.0.66, 6.6.6.6, 203.0.113.9, 10.0.0.1', '203.0.113.9'],
      ['a caller inside of our own network', '10.0.0.9, 10.0.0.1', '10.0.0.9'],
      ['a port', '203.0.113.9:4711', '203.0.113.9'],
      ['IPv6', '2001:db8:2::9', '2001:db8:2::9'],
      ['IPv6 with a port, and a proxy of ours by IPv6', '[2001:db8:2::9]:443, 2001:db8:1::1', '2001:db8:2::9'],
      ['IPv4 inside of IPv6', '::ffff:203.0.113.9, ::ffff:10.0.0.1', '203.0.113.9'],
      ['empty places', ' , 203.0.113.9,, ', '203.0.113.9'],
      ['garbage before the caller', 'unknown, <script>, 203.0.113.9', '203.0.113.9'],
      ['garbage where the caller should be: the proxy that wrote it', '203.0.113.9, unknown, 10.0.0.1', '10.0.0.1'],
      ['garbage alone: the nearest proxy', 'unknown', '127.0.0.1'],
      ['no decimal address', '0x7f000001', '127.0.0.1'],
      ['nothing', '', '127.0.0.1'],
      ['a host name', 'localhost', '127.0.0.1'],
    ] as const) {
      it(`understands ${what}`, () => assert.equal(callerBehind({ 'x-forwarded-for': header }), caller))
    }

    it('is read from a proxy that the socket names by IPv4 inside of IPv6', () => {
      assert.equal(callerBehind({ 'x-forwarded-for': '203.0.113.9' }, '::ffff:10.0.0.1'), '203.0.113.9')
      assert.equal(callerBehind({ 'x-forwarded-for': '203.0.113.9' }, '2001:db8:1::7%eth0'), '203.0.113.9')
    })

    it('is read to the end, however long', () => {
      const long = `6.6.6.6, ${'10.0.0.1, '.repeat(1_000)}10.0.0.2`
      assert.equal(callerBehind({ 'x-forwarded-for': long }), '6.6.6.6')
      assert.equal(callerBehind({ 'x-forwarded-for': ','.repeat(15_000) }), '127.0.0.1')
    })
  })

  describe('Forwarded', () => {
    for (const [what, header, caller] of [
      ['one caller', 'for=203.0.113.9', '203.0.113.9'],
      ['names in any case and other fields', 'By=10.0.0.1;FOR="203.0.113.9:80";proto=https', '203.0.113.9'],
      ['IPv6', 'for="[2001:db8:2::9]:4711", for=10.0.0.1', '2001:db8:2::9'],
      ['IPv6 without the quotes that it should have', 'for=[2001:db8:2::9]:4711;proto=https', '2001:db8:2::9'],
      ['escapes', 'for="203.0.113\\.9"', '203.0.113.9'],
      ['what the caller made up before it', 'for=6.6.6.6, for=203.0.113.9, for=10.0.0.1', '203.0.113.9'],
      ['a caller who hides', 'for=_hidden, for=10.0.0.1', '10.0.0.1'],
      [
        'a quote that the caller left open to swallow what the proxy adds',
        'for=6.6.6.6;x=", for="[2001:db8:2::9]:80"',
        '127.0.0.1',
      ],
      ['the same, closed by a second one', 'for=6.6.6.6;x=", for="[2001:db8:2::9]:80";y="', '127.0.0.1'],
      ['a pair that is there twice', 'for=6.6.6.6;for=203.0.113.9', '127.0.0.1'],
      ['no pairs', '203.0.113.9', '127.0.0.1'],
      ['nothing', '', '127.0.0.1'],
    ] as const) {
      it(`understands ${what}`, () => assert.equal(callerBehind({ forwarded: header }), caller))
    }
  })

  it('believes neither of the two when they name different callers, since one of them is the client’s own', () => {
    const one = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=6.6.6.6' }
    assert.deepEqual(read('10.0.0.1', { ...one, 'x-forwarded-proto': 'https' }), { address: '10.0.0.1' })
    assert.equal(callerBehind({ ...one, forwarded: 'for=203.0.113.9;proto=https' }), '203.0.113.9')
    assert.equal(callerBehind({ ...one, forwarded: 'for="' }), '127.0.0.1')
  })

  describe('scheme and host', () => {
    const linksOf = (headers: Record<string, string>) => {
      const { scheme, host } = read('127.0.0.1', headers)
      return [scheme, host]
    }

    it('come from the proxy that saw the caller', () => {
      const seen = { 'x-forwarded-for': '203.0.113.9' }
      assert.deepEqual(linksOf({ ...seen, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'wa.example:8443' }), [
        'https',
        'wa.example:8443',
      ])
      assert.deepEqual(linksOf({ forwarded: 'for=203.0.113.9;proto=HTTPS;host="wa.example"' }), ['https', 'wa.example'])
      const added = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.0.0.1', 'x-forwarded-proto': 'http, https, http' }
      assert.equal(linksOf(added)[0], 'https')
      const kept = { 'x-forwarded-for': '203.0.113.9, 10.0.0.1', 'x-forwarded-proto': 'https' }
      assert.equal(linksOf(kept)[0], 'https')
    })

    it('may be told by a proxy that does not tell who called', () => {
      assert.deepEqual(linksOf({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'wa.example' }), [
        'https',
        'wa.example',
      ])
    })

    it('are nothing but a scheme and a host', () => {
      const seen = { 'x-forwarded-for': '203.0.113.9' }
      for (const host of ['a/b', 'a b', 'user@a', 'a"><script>', 'a:port', 'a\\b', '[a]', '']) {
        assert.deepEqual(linksOf({ ...seen, 'x-forwarded-proto': 'javascript', 'x-forwarded-host': host }), [
          undefined,
          undefined,
        ])
      }
      assert.deepEqual(linksOf({ ...seen, 'x-forwarded-host': '[2001:db8::1]:443' }), [undefined, '[2001:db8::1]:443'])
    })
  })
})
