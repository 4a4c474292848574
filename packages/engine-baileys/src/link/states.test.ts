import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemClock } from '@switchboard/engine'
import { finalState, type LinkPhase } from './states.ts'

const end = (code: number | undefined, phase: LinkPhase = 'up', data?: unknown, message = '') =>
  finalState({ ...(code !== undefined && { code }), data, message }, phase, systemClock)

describe('finalState', () => {
  it('tells a removed link from a replaced connection', () => {
    const conflict = (type: string) => ({ tag: 'conflict', attrs: { type } })
    assert.equal(end(401, 'up', conflict('device_removed')).name, 'logged_out')
    assert.equal(end(440, 'up', conflict('replaced')).name, 'replaced')
  })

  it('tells when a ban ends and what it is for', () => {
    const { name, expiresAt, detail } = end(402, 'up', { reason: '402', code: '104', expire: '3600' })
    assert.equal(name, 'banned')
    assert.ok(Math.abs((expiresAt ?? 0) - Date.now() - 3_600_000) < 5_000)
    assert.equal(detail, 'temporarily banned (104): the same message to too many people')
    assert.equal(end(402).detail, 'temporarily banned')
  })

  it('believes no ban that would last longer than an instant can be written', () => {
    const { expiresAt } = end(402, 'up', { expire: '1e300' })
    assert.ok(new Date(expiresAt ?? 0).toISOString())
    assert.equal(end(402, 'up', { expire: 'soon' }).expiresAt, undefined)
  })

  it('says in words why WhatsApp ended it, in its own where it has some', () => {
    for (const code of [401, 402, 403, 405, 406, 409, 440]) assert.ok(end(code).detail, String(code))
    const locked = { reason: '403', logout_message_header: 'Account locked', logout_message_subtext: 'Ask us' }
    assert.equal(end(403, 'up', locked).detail, 'Account locked: Ask us')
    assert.deepEqual([end(403).name, end(406).name, end(409).name], ['blocked', 'blocked', 'outdated'])
  })

  it('tells a failed handshake from a connection that was cut in it', () => {
    assert.equal(end(400, 'handshake').reason, 'handshake_failed')
    assert.equal(end(428, 'handshake').reason, 'connect_failed')
    assert.equal(end(428, 'up').reason, 'connection_lost')
  })

  it('tells what an end means while a passkey is asked for', () => {
    const [refused, lost, overloaded] = [end(401, 'passkey'), end(428, 'passkey'), end(503, 'passkey')]
    assert.deepEqual([refused.name, refused.reason, refused.code], ['passkey_failed', 'passkey_refused', 401])
    assert.deepEqual([lost.name, lost.reason], ['passkey_failed', 'connection_lost'])
    assert.deepEqual([overloaded.name, overloaded.reason], ['passkey_failed', 'service_unavailable'])
    assert.equal(end(515, 'passkey').reason, 'restart_required')
    assert.equal(end(402, 'passkey').name, 'banned')
  })

  it('tells an expired pairing', () => {
    assert.equal(end(408, 'pairing', undefined, 'QR refs attempts ended').reason, 'pairing_expired')
  })

  it('keeps passwords out of the detail', () => {
    const { detail } = end(500, 'connecting', undefined, 'failed: socks5://user:geheim@host:1080')
    assert.equal(detail, 'failed: socks5://host:1080')
  })
})
