import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { WACallEvent } from 'baileys-stock'
import { Refused } from '../phone/ask-server.ts'
import type { Phone } from '../phone/phone.ts'
import { ringMs } from '../world/calls/call.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

describe('calls, with a stock client', () => {
  const clock = new ManualClock(Date.now())
  const stage = conformanceWorld(81, { clock })
  let ana: Linked
  let ben: Phone

  before(async () => {
    ;[ana, ben] = await stage.two()
  })
  after(() => stage.end())

  /** What Ana's client is told of a call, by that status. */
  const told = async (id: string, status: WACallEvent['status']): Promise<WACallEvent> => {
    const is = (call: WACallEvent): boolean => call.id === id && call.status === status
    return (await ana.client.until('call', (calls) => calls.some(is))).find(is)!
  }

  it('ring at phone and client, with who calls; the phone that rings says so', async () => {
    const call = await ben.calls.offer(ana.phone.jid)
    const offered = await told(call.id, 'offer')
    assert.deepEqual(
      [offered.from, offered.chatId, offered.callerPn, offered.isVideo, offered.isGroup],
      [ben.lid, ben.lid, ben.jid, false, false],
    )
    const rung = await ana.phone.until.event('phone.call', ({ id, what }) => id === call.id && what === 'offer')
    assert.equal(rung.data['sealed'], true, 'the phone opened the key that the offer brought')
    await ben.until.event('phone.call', ({ id, what }) => id === call.id && what === 'preaccept')
    await ben.calls.terminate(call.id)
    await told(call.id, 'terminate')
    await ana.phone.until.event('phone.call', ({ id, reason }) => id === call.id && reason === 'hangup')
    assert.equal(ana.phone.calls.of(call.id).state, 'ended')
    await ben.send(ana.phone.jid, { text: 'the keys of calls leave a gap in the ratchet' })
    await ana.client.untilText('the keys of calls leave a gap in the ratchet')
  })

  it('are rejected by a client, which waits for the answer: the caller hears of it and the phone stops ringing', async () => {
    const call = await ben.calls.offer(ana.phone.jid, { video: true })
    const offered = await told(call.id, 'offer')
    assert.equal(offered.isVideo, true)
    await ana.client.socket.rejectCall(call.id, offered.from)
    await ben.until.event('phone.call', ({ id, what }) => id === call.id && what === 'reject')
    assert.equal(ben.calls.of(call.id).state, 'rejected')
    await ana.phone.until.event('phone.call', ({ id, reason }) => id === call.id && reason === 'rejected_elsewhere')
    await assert.rejects(ana.phone.calls.accept(call.id), /does not ring/)
  })

  it('are rejected by a client that names the caller by phone number', async () => {
    const call = await ben.calls.offer(ana.phone.jid, { addressing: 'pn' })
    const offered = await told(call.id, 'offer')
    assert.equal(offered.from, ben.jid)
    await ana.client.socket.rejectCall(call.id, offered.from)
    await ben.until.event('phone.call', ({ id, what }) => id === call.id && what === 'reject')
  })

  it('are taken by the phone: its client stops ringing, latency and transport go between the two', async () => {
    const call = await ben.calls.offer(ana.phone.jid)
    await told(call.id, 'offer')
    await ben.calls.relayLatency(call.id, 42)
    assert.equal((await told(call.id, 'relaylatency')).latencyMs, 42)
    await ben.calls.transport(call.id)
    await told(call.id, 'transport')
    await ana.phone.until.event('phone.call', ({ id, what }) => id === call.id && what === 'transport')
    await ana.phone.calls.accept(call.id)
    await ben.until.event('phone.call', ({ id, what }) => id === call.id && what === 'accept')
    await told(call.id, 'accept')
    await told(call.id, 'terminate')
    await ana.phone.calls.relayLatency(call.id, 7)
    await ben.until.event('phone.call', ({ id, latency }) => id === call.id && latency === '7')
    await ana.phone.calls.terminate(call.id)
    await ben.until.event('phone.call', ({ id, what }) => id === call.id && what === 'terminate')
    assert.equal((await stage.sandbox()).world.calls.get(call.id)?.state, 'ended')
  })

  it('are rejected by the phone: its client hears of it', async () => {
    const call = await ben.calls.offer(ana.phone.jid)
    await told(call.id, 'offer')
    await ana.phone.until.event('phone.call', ({ id, what }) => id === call.id && what === 'offer')
    await ana.phone.calls.reject(call.id)
    await told(call.id, 'reject')
  })

  it('end by the clock of the world when nobody answers', async () => {
    const call = await ben.calls.offer(ana.phone.jid)
    await told(call.id, 'offer')
    clock.advance(ringMs - 1)
    assert.equal(ben.calls.of(call.id).state, 'ringing')
    clock.advance(1)
    await told(call.id, 'timeout')
    await ben.until.event('phone.call', ({ id, reason }) => id === call.id && reason === 'timeout')
    await ana.phone.until.event('phone.call', ({ id, reason }) => id === call.id && reason === 'timeout')
  })

  it('are told to a client that was away once it comes back, with how they ended', async () => {
    await ana.client.close()
    const name = ana.phone.devices()[0]!
    const { world } = await stage.sandbox()
    await world.log.until(({ type }) => type === 'disconnected' && !name.mailbox.attached)
    const call = await ben.calls.offer(ana.phone.jid, { video: true })
    await ben.calls.terminate(call.id, 'cancelled')
    await ana.client.connect()
    const noticed = await told(call.id, 'offer')
    assert.equal(noticed.offline, true)
    await told(call.id, 'terminate')
  })

  it('of a group ring at every member but the caller', async () => {
    const caro = await stage.phone('Caro')
    const group = await ben.groups.create({ subject: 'Talk', participants: [ana.phone.jid, caro.jid] })
    const call = await ben.calls.offer(group.jid, { video: true })
    const offered = await told(call.id, 'offer')
    assert.deepEqual([offered.isGroup, offered.groupJid, offered.isVideo], [true, group.jid, true])
    await caro.until.event('phone.call', ({ id, what }) => id === call.id && what === 'offer')
    await caro.calls.accept(call.id)
    await ben.until.event('phone.call', ({ id, what }) => id === call.id && what === 'accept')
    await ana.client.socket.rejectCall(call.id, offered.from)
    await ben.until.event('phone.call', ({ id, what }) => id === call.id && what === 'reject')
    assert.equal((await stage.sandbox()).world.calls.get(call.id)?.state, 'accepted')
    await ben.calls.terminate(call.id)
    await caro.until.event('phone.call', ({ id, what }) => id === call.id && what === 'terminate')
    const dora = await stage.phone('Dora')
    await assert.rejects(dora.calls.offer(group.jid), (error) => error instanceof Refused && error.code === 403)
  })

  it('of those who are blocked or unknown do not ring', async () => {
    const eve = await stage.phone('Eve')
    await ana.phone.settings.block(eve.jid)
    const blocked = await eve.calls.offer(ana.phone.jid)
    await ana.phone.settings.unblock(eve.jid)
    await ana.client.socket.updateCallPrivacy('known')
    const silenced = await eve.calls.offer(ana.phone.jid)
    await ana.phone.until.event('phone.call', ({ id, what }) => id === silenced.id && what === 'offer_notice')
    assert.equal(ana.phone.calls.of(silenced.id).state, 'noticed')
    await ana.phone.settings.saveContacts(eve.jid)
    const known = await eve.calls.offer(ana.phone.jid)
    await ana.phone.until.event('phone.call', ({ id, what }) => id === known.id && what === 'offer')
    assert.throws(() => ana.phone.calls.of(blocked.id), /no call/)
    await ana.client.socket.updateCallPrivacy('all')
  })

  it('bring steps to a client that it does not know, and take none of that kind from it', async () => {
    const call = await ben.calls.offer(ana.phone.jid)
    await told(call.id, 'offer')
    await ben.calls.signal(call.id, 'mute_v2', { 'mute-state': '1' })
    // What the library calls everything that it has no name for.
    await told(call.id, 'ringing')
    await ana.phone.until.event('phone.call', ({ id, what }) => id === call.id && what === 'mute_v2')
    const step = { tag: 'mute_v2', attrs: { 'call-id': call.id } }
    const answer = await ana.client.socket.query({ tag: 'call', attrs: { to: ben.lid }, content: [step] })
    assert.equal(answer.attrs['error'], '501')
    const { world } = await stage.sandbox()
    assert.deepEqual(
      world.unhandled.list().map(({ what }) => what),
      ['call/mute_v2'],
    )
    world.unhandled.clear()
    await ben.calls.terminate(call.id)
  })

  it('that never were cannot be rejected, and a link to one can be had', async () => {
    await ana.client.socket.rejectCall('none', ben.jid)
    const { world } = await stage.sandbox()
    assert.ok(world.log.since().some(({ type, data }) => type === 'stanza.refused' && data['tag'] === 'call'))
    assert.match((await ana.client.socket.createCallLink('video')) ?? '', /^[0-9A-F]{22}$/)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
