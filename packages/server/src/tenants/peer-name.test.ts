import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { peerName } from './peer-name.ts'

describe('peerName', () => {
  it('counts IPv4 by address, however it is written', () => {
    assert.equal(peerName('192.0.2.1'), '192.0.2.1')
    assert.equal(peerName('::ffff:192.0.2.1'), '192.0.2.1')
  })

  it('counts IPv6 by its network', () => {
    assert.equal(peerName('2001:db8:1:2::1'), peerName('2001:db8:1:2:ffff::9'))
    assert.notEqual(peerName('2001:db8:1:2::1'), peerName('2001:db8:1:3::1'))
  })

  it('takes what is no address as it is', () => {
    assert.equal(peerName(''), '')
  })
})
