import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { finalState, type Phase } from './states.ts'

const end = (statusCode: number | undefined, phase: Phase = 'up', data?: unknown, message = '') =>
  finalState({ statusCode, data, message }, phase)

describe('finalState', () => {
  it('tells a removed link from a replaced connection', () => {
    const conflict = (type: string) => ({ tag: 'conflict', attrs: { type } })
    assert.equal(end(401, 'up', conflict('device_removed')).name, 'logged_out')
    assert.equal(end(440, 'up', conflict('replaced')).name, 'replaced')
  })

  it('tells when a ban ends', () => {
    const { name, expiresAt } = end(402, 'up', { reason: '402', expire: '3600' })
    assert.equal(name, 'banned')
    assert.ok(Math.abs((expiresAt ?? 0) - Date.now() - 3_600_000) < 5_000)
  })

  it('tells a failed handshake from a connection that was cut in it', () => {
    assert.equal(end(400, 'handshake').reason, 'handshake_failed')
    assert.equal(end(428, 'handshake').reason, 'connect_failed')
    assert.equal(end(428, 'up').reason, 'connection_lost')
  })

  it('tells an expired pairing', () => {
    assert.equal(end(408, 'pairing', undefined, 'QR refs attempts ended').reason, 'pairing_expired')
  })

  it('keeps passwords out of the detail', () => {
    const { detail } = end(500, 'connecting', undefined, 'failed: socks5://user:geheim@host:1080')
    assert.equal(detail, 'failed: socks5://host:1080')
  })
})
