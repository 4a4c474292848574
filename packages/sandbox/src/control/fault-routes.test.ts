import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '../phone/phone.ts'
import { controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 51 })

describe('POST /faults', () => {
  let ana: Phone
  let bob: Phone

  before(async () => {
    ana = await sandbox.phone({ name: 'Ana' })
    bob = await sandbox.phone({ name: 'Bob' })
  })
  after(() => sandbox.stop())

  it('strikes stanzas of several devices, as many in all as were asked for, and reports each', async () => {
    const cursor = sandbox.world.log.cursor
    const wish = { devices: [ana.jid, bob.jid], direction: 'in', tag: 'message', count: 2 }
    const { body } = await call('POST', '/faults', { ...wish, action: { kind: 'nack', code: 479 } })
    assert.deepEqual((await call('GET', '/faults')).body[0].devices, [ana.jid, bob.jid])
    const sent = [
      await ana.send(bob.jid, { text: 'refused' }),
      await bob.send(ana.jid, { text: 'refused, too' }),
      await ana.send(bob.jid, { text: 'taken' }),
    ]
    assert.deepEqual(
      sent.map(({ status, error }) => [status, error]),
      [
        ['failed', '479'],
        ['failed', '479'],
        ['sent', undefined],
      ],
    )
    const struck = sandbox.world.log.since(cursor).filter(({ type }) => type === 'fault')
    assert.deepEqual(
      struck.map(({ data }) => [data['fault'], data['device'], data['id']]),
      [
        [body.id, ana.jid, sent[0]?.id],
        [body.id, bob.jid, sent[1]?.id],
      ],
    )
    assert.deepEqual((await call('GET', '/faults')).body, [])
  })

  it('lets the media host fail as it is told', async () => {
    const fail = (fault: object) =>
      call('POST', '/faults', { action: { kind: 'failed-transfer', transfer: 'download', fault } })
    const { path } = sandbox.world.media.put('image', new Uint8Array(100_000), ana.lid)
    const get = async () => {
      const response = await fetch(sandbox.origin + path)
      return [response.status, (await response.arrayBuffer()).byteLength]
    }
    assert.deepEqual((await fail({ kind: 'refuse', status: 503 })).body, { armed: true })
    assert.equal((await get())[0], 503)
    await fail({ kind: 'break', share: 0.5 })
    await assert.rejects(get())
    await fail({ kind: 'silence' })
    await assert.rejects(fetch(sandbox.origin + path, { signal: AbortSignal.timeout(200) }))
    assert.deepEqual(await get(), [200, 100_000])
    await fail({ kind: 'refuse', status: 503 })
    await call('DELETE', '/faults')
    assert.deepEqual(await get(), [200, 100_000])
  })

  it('refuses commands with parts that would have no effect, and arms nothing', async () => {
    const device = ana.jid
    const cases: [object, RegExp][] = [
      [{ action: { kind: 'drop' } }, /drop concerns a device/],
      [{ device, devices: [bob.jid], action: { kind: 'drop' } }, /exclude each other/],
      [{ device, action: { kind: 'expired-media', hash: 'AAAA' } }, /concerns a file/],
      [
        {
          ...{ device, action: { kind: 'failed-transfer', transfer: 'upload', fault: { kind: 'silence' } } },
        },
        /concerns a file/,
      ],
      [{ device, tag: 'message', action: { kind: 'partition' } }, /partition strikes no single stanzas: tag/],
      [{ device, count: 3, action: { kind: 'device-removed' } }, /no single stanzas: count/],
      [{ device, direction: 'out', action: { kind: 'nack', code: 400 } }, /direction must be in/],
    ]
    for (const [command, message] of cases) {
      const { status, body } = await call('POST', '/faults', command)
      assert.deepEqual([status, body.error.code], [400, 'invalid_request'])
      assert.match(body.error.message, message)
      await assert.rejects(sandbox.fault.apply(command as Parameters<typeof sandbox.fault.apply>[0]), message)
    }
    const phone = await call('POST', '/faults', { device, action: { kind: 'device-removed' } })
    assert.deepEqual([phone.status, phone.body.error.code], [404, 'target_not_found'])
    assert.deepEqual((await call('GET', '/faults')).body, [])
  })
})
