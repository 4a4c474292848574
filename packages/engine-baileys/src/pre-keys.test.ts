import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { linked, reopen, tellsOwnName } from '@switchboard/engine/contract'
import { initialPreKeyCount } from './credentials/pre-keys.ts'
import { type SandboxHarness, sandboxHarness } from './testing/sandbox-harness.ts'

describe('one-time prekeys', () => {
  let harness: SandboxHarness
  before(async () => {
    harness = await sandboxHarness()
  })
  after(async () => {
    await harness.engine.close()
    await harness.close()
  })

  it('are published when a device is linked, each stored before, and consumed by a first message', async () => {
    const { host, session, phone, jid } = await linked(harness, 'Prea')
    const server = harness.sandbox.device(jid)
    // The own phone has taken one for its first message, which brings the push name.
    await host.untilItem('app_state', tellsOwnName())
    assert.ok(server.preKeys.size >= initialPreKeyCount - 2)
    const bob = await harness.phone('Bob')
    const before = (await host.credentials.loadAll('pre-key')).size
    await bob.send(phone.jid, 'first')
    await host.untilText('first')
    assert.equal((await host.credentials.loadAll('pre-key')).size, before - 1)
    // Bob has heard nothing from here, so his second message still names the prekey; it is not looked for again.
    const { credentials } = host
    const [load, looked]: [typeof credentials.load, string[]] = [credentials.load.bind(credentials), []]
    credentials.load = (kind, keys) => {
      looked.push(kind)
      return load(kind, keys)
    }
    await bob.send(phone.jid, 'second')
    await host.untilText('second')
    assert.equal((await credentials.loadAll('pre-key')).size, before - 1)
    assert.ok(!looked.includes('pre-key'))
    await session.close()
  })

  it('are published anew when the server runs out of them', async () => {
    const { host, session, phone, jid } = await linked(harness, 'Prex')
    const server = harness.sandbox.device(jid)
    while (server.preKeys.size > 4) server.preKeys.take()
    const bob = await harness.phone('Bob')
    const warned = harness.sandbox.world.log.until(() => server.preKeys.size > 10)
    await bob.send(phone.jid, 'takes one of the last')
    await host.untilText('takes one of the last')
    await warned
    await session.close()
    server.preKeys.clear()
    const again = await reopen(harness, host)
    assert.equal(server.preKeys.size, initialPreKeyCount)
    await again.close()
  })

  it('are no reason to stay away when the server takes none', async () => {
    const { host, session, phone, jid } = await linked(harness, 'Prer')
    await session.close()
    harness.sandbox.device(jid).preKeys.clear()
    const { router } = harness.sandbox.world
    const error = { tag: 'error', attrs: { code: '503', text: 'service-unavailable' } }
    const answer = router.submit
    router.submit = async (device, node) => {
      const { id = '', xmlns, type } = node.attrs
      if (xmlns !== 'encrypt' || type !== 'set') return answer.call(router, device, node)
      return { tag: 'iq', attrs: { id, type: 'error', from: '@s.whatsapp.net' }, content: [error] }
    }
    const again = await reopen(harness, host)
    const bob = await harness.phone('Bob')
    await bob.send(phone.jid, 'come in')
    await host.untilText('come in')
    await again.close()
    router.submit = answer
  })

  it('are no condition: a first message without one is read too', async () => {
    const { host, session, phone, jid } = await linked(harness, 'Preo')
    harness.sandbox.world.faults.exhaustPreKeys(harness.sandbox.device(jid))
    const bob = await harness.phone('Bob')
    await bob.send(phone.jid, 'without')
    await host.untilText('without')
    await session.close()
  })
})
