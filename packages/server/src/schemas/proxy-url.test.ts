import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseProxyUrl, shownProxyUrl } from './proxy-url.ts'

const schemes = ['http', 'https', 'socks5', 'socks5h']

describe('parseProxyUrl', () => {
  it('takes a scheme, a host, and perhaps a port, a user and a password', () => {
    for (const text of [
      'http://proxy.example',
      'https://proxy.example:8443/',
      'socks5://127.0.0.1:1080',
      'socks5h://user:p%40ss@proxy.example:1080',
      'http://user:@proxy_1.example:3128',
      'http://[2001:db8::1]:3128',
    ]) {
      assert.ok(parseProxyUrl(text, schemes), text)
    }
  })

  it('refuses anything else', () => {
    for (const text of [
      '',
      'proxy.example:3128',
      'ftp://proxy.example',
      'http://',
      'http://user:secret@',
      'socks5://socks5://a:b@127.0.0.1:1080',
      'socks5://127.0.0.1:1080socks5://a:b@127.0.0.1',
      'http://proxy.example:3128/path',
      'http://proxy.example:3128?user=a',
      'http://proxy.example:3128#a',
      'http://proxy.example:3128 ',
      'http://proxy.exa\nmple:3128',
      'http://a:b@c:d@proxy.example',
      'http://user:%zz@proxy.example',
      'http://proxy.example:0',
      'http://proxy.example:99999',
      'http:\\\\proxy.example',
    ]) {
      assert.equal(parseProxyUrl(text, schemes), undefined, text)
    }
  })
})

describe('shownProxyUrl', () => {
  it('never shows a password, also of what should not have been stored', () => {
    assert.equal(shownProxyUrl('socks5://user:hidden@proxy.example:1080'), 'socks5://user:***@proxy.example:1080')
    assert.equal(shownProxyUrl('http://proxy.example:3128/'), 'http://proxy.example:3128/')
    for (const text of [
      'socks5://socks5://a:hidden@127.0.0.1:1080',
      'http://proxy.example/?password=hidden',
      'hidden',
    ]) {
      assert.ok(!shownProxyUrl(text).includes('hidden'), text)
    }
  })
})
