import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { everything, openWorld, states, tell, until, type World } from './testing-world.ts'

describe('webhooks of a device', { timeout: 120_000 }, () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(async () => {
    await world.close()
    assert.deepEqual(world.errors, [])
  })

  it('keeps to the number of webhooks a device may have, also when asked all at once', async () => {
    const device = await world.device()
    const attempts = await Promise.allSettled(
      Array.from({ length: 12 }, () => world.webhooks.create(device, { ...everything, url: 'http://127.0.0.1:9/' })),
    )
    assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 5)
    const codes = attempts.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    assert.deepEqual(new Set(codes), new Set(['webhook_limit_reached']))
  })

  it('changes only the fields that are given, and forgets a webhook that is removed', async () => {
    const device = await world.device()
    const { webhook } = await world.webhooks.create(device, {
      url: 'http://127.0.0.1:9/',
      events: ['message.read'],
      active: true,
    })
    const changed = await world.webhooks.update(device, webhook.id, { url: 'http://127.0.0.1:9/two' })
    assert.deepEqual([changed.active, changed.events, changed.url], [true, ['message.read'], 'http://127.0.0.1:9/two'])
    assert.deepEqual((await world.webhooks.update(device, webhook.id, { events: [] })).events, [])
    await world.webhooks.remove(device, webhook.id)
    assert.deepEqual(await world.webhooks.list(device), [])
    const gone = { code: 'webhook_not_found' }
    await assert.rejects(world.webhooks.get(device, webhook.id), gone)
    await assert.rejects(world.webhooks.remove(device, webhook.id), gone)
    await assert.rejects(world.webhooks.update(device, webhook.id, { active: true }), gone)
  })

  it('does not know the webhooks of another device', async () => {
    const [ours, theirs] = [await world.device(), await world.device()]
    const { webhook } = await world.webhooks.create(theirs, { ...everything, url: 'http://127.0.0.1:9/' })
    const calls = await Promise.allSettled([
      world.webhooks.get(ours, webhook.id),
      world.webhooks.update(ours, webhook.id, { active: false }),
      world.webhooks.remove(ours, webhook.id),
      world.webhooks.logs(ours, webhook.id, { limit: 1 }),
      world.webhooks.test(ours, webhook.id),
      world.webhooks.rotateSecret(ours, webhook.id),
      world.webhooks.redeliver(ours, webhook.id, 'evt_1'),
      world.webhooks.redeliverDead(ours, webhook.id),
      world.webhooks.replay(ours, webhook.id, { deviceId: ours, from: 1, to: 2 }),
    ])
    assert.deepEqual(
      calls.map((call) => call.status === 'rejected' && call.reason.code),
      calls.map(() => 'webhook_not_found'),
    )
    assert.equal((await world.webhooks.get(theirs, webhook.id)).active, true)
  })

  it('counts webhooks and the outcomes of deliveries', async () => {
    const device = await world.device()
    const [well, deaf] = [await world.receiver(), await world.receiver()]
    deaf.answer = (_request, response) => response.writeHead(503).end()
    const before = await world.webhooks.totals()
    await world.webhooks.create(device, { ...everything, url: well.url })
    const { webhook } = await world.webhooks.create(device, { ...everything, url: deaf.url })
    await world.webhooks.create(device, { ...everything, active: false, url: well.url })
    await tell(world, device, 1, 1)
    await well.waitFor(1)
    await until(async () => (await states(world, device, webhook.id))[0]?.attempts === 1)
    await until(async () => (await world.webhooks.totals()).deliveries.success > before.deliveries.success)
    const { webhooks, deliveries } = await world.webhooks.totals()
    assert.deepEqual([webhooks.total - before.webhooks.total, webhooks.active - before.webhooks.active], [3, 2])
    assert.deepEqual(
      [deliveries.success - before.deliveries.success, deliveries.pending - before.deliveries.pending],
      [1, 1],
    )
  })
})
