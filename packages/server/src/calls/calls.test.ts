import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

const pick = (fields: Fields, ...names: readonly string[]) => names.map((name) => fields[name])

describe('calls', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  before(async () => {
    sandbox = await Sandbox.start({ seed: 41 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const all = async (type: string, id: string): Promise<{ data: Fields; backfill?: boolean }[]> => {
    const path = `/events?types=${type}&limit=1000`
    const { events } = await device.api.get<{ events: { data: Fields; backfill?: boolean }[] }>(path)
    return events.filter(({ data }) => data['call_id'] === id)
  }
  const told = async (type: string, id: string): Promise<Fields> => {
    await until(`a ${type}`, async () => (await all(type, id)).length > 0)
    return (await all(type, id))[0]!.data
  }
  const heard = (phone: Phone, id: string, what: string) =>
    phone.until.event('phone.call', (data) => data['id'] === id && data['what'] === what)
  const restart = async () => {
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
  }

  it('raise events with both addresses of the caller, sound or video, step by step', async () => {
    for (const addressing of ['lid', 'pn'] as const) {
      const call = await bob.calls.offer(ana.jid, { video: true, addressing })
      const offer = await told('call.offer', call.id)
      assert.deepEqual(pick(offer, 'from', 'from_lid', 'caller', 'media', 'is_group', 'is_from_me'), [
        ...[bob.jid, bob.lid, bob.jid, 'video', false, false],
      ])
      await bob.calls.relayLatency(call.id, 42)
      assert.equal((await told('call.relay_latency', call.id))['latency_ms'], 42)
      await bob.calls.transport(call.id)
      await told('call.transport', call.id)
      await bob.calls.signal(call.id, 'mute_v2')
      assert.equal((await told('call.unknown', call.id))['step'], 'mute_v2')
      await ana.calls.accept(call.id)
      const accepted = await told('call.accept', call.id)
      assert.deepEqual(pick(accepted, 'from', 'caller', 'media', 'is_from_me'), [ana.jid, bob.jid, 'video', true])
      const over = await told('call.terminate', call.id)
      assert.deepEqual(pick(over, 'reason', 'media'), ['accepted_elsewhere', 'video'])
      await bob.calls.terminate(call.id)
      assert.deepEqual(await all('call.missed', call.id), [])
    }
  })

  it('are refused under either address of the caller, who sees it, as the phone does', async () => {
    for (const from of [bob.jid, bob.lid, bob.id]) {
      const call = await bob.calls.offer(ana.jid)
      await told('call.offer', call.id)
      await device.api.post('/calls/reject', { call_from: from, call_id: call.id })
      await heard(bob, call.id, 'reject')
      assert.equal(bob.calls.of(call.id).state, 'rejected')
      await ana.until.event('phone.call', ({ id, reason }) => id === call.id && reason === 'rejected_elsewhere')
      assert.deepEqual(pick(await told('call.reject', call.id), 'is_from_me', 'caller', 'auto'), [
        ...[true, bob.jid, undefined],
      ])
      // Once more changes nothing.
      await device.api.post('/calls/reject', { call_from: from, call_id: call.id })
      assert.equal((await all('call.reject', call.id)).length, 1)
    }
    assert.deepEqual(sandbox.unhandled, [])
  })

  it('are not refused under an id or by a caller that the device does not know, or when they are over', async () => {
    await device.api.refuses('call_not_found', 'POST', '/calls/reject', { call_from: bob.jid, call_id: 'NONE' })
    const call = await bob.calls.offer(ana.jid)
    await told('call.offer', call.id)
    await device.api.refuses('call_not_found', 'POST', '/calls/reject', { call_from: ana.jid, call_id: call.id })
    await bob.calls.terminate(call.id)
    await told('call.missed', call.id)
    await device.api.refuses('call_over', 'POST', '/calls/reject', { call_from: bob.jid, call_id: call.id })
  })

  it('that ended without an answer count as missed, also those of a group', async () => {
    const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid] })
    const call = await bob.calls.offer(group.jid)
    const offer = await told('call.offer', call.id)
    assert.deepEqual(pick(offer, 'is_group', 'group_jid', 'media'), [true, group.jid, 'audio'])
    await bob.calls.terminate(call.id, 'timeout')
    const missed = await told('call.missed', call.id)
    assert.deepEqual(pick(missed, 'caller', 'is_group', 'group_jid'), [bob.jid, true, group.jid])
    assert.equal((await told('call.terminate', call.id))['reason'], 'timeout')
  })

  it('that came while the device was away count as missed once it is back', async () => {
    await gateway.halt()
    const call = await bob.calls.offer(ana.jid, { video: true })
    await bob.calls.terminate(call.id, 'timeout')
    await gateway.start()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    const missed = await told('call.missed', call.id)
    assert.deepEqual(pick(missed, 'caller', 'media'), [bob.jid, 'video'])
    assert.equal((await all('call.missed', call.id)).length, 1)
    assert.equal((await all('call.missed', call.id))[0]?.backfill, true)
    await device.api.refuses('call_over', 'POST', '/calls/reject', { call_from: bob.jid, call_id: call.id })
  })

  it('raise one event when a step comes again after a restart', async () => {
    const jid = gateway.services.sessions.account(device.id)!.jid
    sandbox.fault.next(jid, 'ack', { drop: true, direction: 'in', count: 3 })
    const call = await bob.calls.offer(ana.jid)
    await told('call.offer', call.id)
    await restart()
    await bob.calls.terminate(call.id)
    await told('call.missed', call.id)
    assert.equal((await all('call.offer', call.id)).length, 1)
  })

  it('are refused at once when the device is set to, with a text for the caller', async () => {
    const standard = await device.api.get<Fields>('/calls/settings')
    assert.deepEqual(standard, { auto_reject: false, reject_text: null })
    const text = 'We cannot take calls here.'
    await device.api.patch('/calls/settings', { auto_reject: true, reject_text: text })
    await restart()
    assert.deepEqual(await device.api.get('/calls/settings'), { auto_reject: true, reject_text: text })
    const call = await bob.calls.offer(ana.jid)
    await heard(bob, call.id, 'reject')
    assert.equal((await told('call.reject', call.id))['auto'], true)
    await bob.until.message((message) => message.text === text)
    assert.equal(bob.messages().filter((message) => message.text === text).length, 1)
    const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid] })
    const together = await bob.calls.offer(group.jid)
    await told('call.reject', together.id)
    await device.api.patch('/calls/settings', { auto_reject: false, reject_text: null })
    const later = await bob.calls.offer(ana.jid)
    await told('call.offer', later.id)
    const marker = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/messages`, { text: 'after it' })
    await bob.until.message(({ id }) => id === marker.message_id)
    assert.equal(bob.messages().filter((message) => message.text === text).length, 1)
    assert.deepEqual(await all('call.reject', later.id), [])
    await bob.calls.terminate(later.id)
  })
})
