import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { keyScope } from '../storage/scope.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { everything, numbers, openWorld, states, tell, until, type World } from './testing-world.ts'

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('what a webhook still has to get', { timeout: 240_000 }, () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(async () => {
    await world.close()
    assert.deepEqual(world.errors, [])
  })

  const rows = async (webhookId: number) => {
    const count = async (table: 'delivery_span' | 'delivery_state' | 'delivery_log') =>
      (await world.database.query.selectFrom(table).select('device_id').where('webhook_id', '=', webhookId).execute())
        .length
    return {
      spans: await count('delivery_span'),
      states: await count('delivery_state'),
      log: await count('delivery_log'),
    }
  }

  const paused = async (events: string[] = []) => {
    const [device, receiver] = [await world.device(), await world.receiver()]
    // Busy: then no event is to blame.
    receiver.answer = (_request, response) => response.writeHead(429).end()
    const { webhook } = await world.webhooks.create(device, { events, active: true, url: receiver.url })
    const continues = async () => {
      receiver.received.splice(0)
      receiver.answer = (_request, response) => response.writeHead(204).end()
      await world.webhooks.resume(device, webhook.id)
    }
    return { device, receiver, id: webhook.id, continues }
  }

  it('takes no row an event while it is paused, and few when it was delivered', async () => {
    const { device, receiver, id, continues } = await paused()
    for (let n = 0; n < 100; n++) await tell(world, device, 100 * n + 1, 100 * n + 100)
    await until(async () => (await rows(id)).states === 1)
    assert.deepEqual(await rows(id), { spans: 1, states: 1, log: 0 })
    const newest = await world.webhooks.logs(device, id, { limit: 3, state: 'pending' })
    assert.deepEqual(
      newest.map(({ seq }) => seq),
      [10_000, 9999, 9998],
    )
    await continues()
    await receiver.waitFor(10_000)
    assert.deepEqual(numbers(receiver), range(1, 10_000))
    assert.deepEqual(await world.webhooks.logs(device, id, { limit: 3, state: 'pending' }), [])
    const { spans, states: left, log } = await rows(id)
    assert.deepEqual([spans, left], [1, 0])
    assert.ok(log < 10_000 / 30, `${log} rows in the log`)
    const oldest = await world.webhooks.logs(device, id, { limit: 2, before: 3 })
    assert.deepEqual(
      oldest.map(({ seq, state }) => [seq, state]),
      [
        [2, 'success'],
        [1, 'success'],
      ],
    )
  })

  it('follows the filter that it had when an event happened, also after a restart', async () => {
    const { device, receiver, id, continues } = await paused(['message.received'])
    const raise = (type: string, n: number) => world.eventLog.append(device, [{ type, payload: { n } }])
    await raise('message.received', 1)
    await raise('message.read', 2)
    await receiver.waitFor(1)
    await world.webhooks.update(device, id, { events: ['message.read'] })
    await raise('message.received', 3)
    await raise('message.read', 4)
    await world.webhooks.update(device, id, { events: [] })
    await raise('message.played', 5)
    await world.webhooks.update(device, id, { active: false })
    await raise('message.received', 6)
    await world.restart()
    await world.webhooks.update(device, id, { active: true, events: ['message.played'] })
    await raise('message.received', 7)
    await raise('message.played', 8)
    await continues()
    await until(async () => (await states(world, device, id)).every(({ state }) => state === 'success'))
    // A call that was made before the endpoint worked may have been counted too.
    assert.deepEqual([...new Set(numbers(receiver))], [1, 4, 5, 8])
    assert.equal((await rows(id)).spans, 1)
  })

  it('is delivered once although the filter changes while it is under way', async () => {
    const [device, receiver] = [await world.device(), await world.receiver()]
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    receiver.answer = async ({ body }, response) => {
      if (body.data.n === 150) await released
      response.writeHead(204).end()
    }
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 200)
    await receiver.waitFor(150)
    await world.webhooks.update(device, webhook.id, { events: ['message.received', 'message.read'] })
    await tell(world, device, 201, 210)
    release()
    await receiver.waitFor(210)
    await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
    assert.deepEqual(numbers(receiver), range(1, 210))
  })

  it('is not repeated by a restart in good order, and continues behind it', async () => {
    const { apiKeyId } = await insertSampleDevice(world.database)
    const devices = [await world.device(apiKeyId), await world.device(apiKeyId)]
    const receiver = await world.receiver()
    await world.webhooks.create(keyScope(apiKeyId), { ...everything, url: receiver.url })
    for (const device of devices) await tell(world, device, 1, 100)
    await receiver.waitFor(200)
    await world.restart()
    for (const device of devices) await tell(world, device, 101, 110)
    await receiver.waitFor(220)
    for (const device of devices) {
      const told = receiver.received.filter(({ body }) => body.device_id === device)
      assert.deepEqual(
        told.map(({ body }) => body.data.n),
        range(1, 110),
      )
    }
  })

  it('includes a range that is replayed, in its place before what is new, and nothing of it twice', async () => {
    const { device, receiver, id, continues } = await paused()
    await tell(world, device, 1, 300)
    await receiver.waitFor(1)
    await continues()
    await receiver.waitFor(300)
    await until(async () => (await states(world, device, id)).every(({ state }) => state === 'success'))
    receiver.received.splice(0)
    receiver.answer = (_request, response) => response.writeHead(429).end()
    await tell(world, device, 301, 310)
    await until(async () => (await world.webhooks.logs(device, id, { limit: 10 })).at(-1)?.attempts === 1)
    assert.equal(await world.webhooks.replay(device, id, { deviceId: device, from: 100, to: 200 }), 101)
    assert.equal(await world.webhooks.replay(device, id, { deviceId: device, from: 150, to: 305 }), 156)
    await world.restart()
    await continues()
    await until(async () => (await world.webhooks.totals()).deliveries.pending === 0)
    const first = numbers(receiver).indexOf(100, 0)
    assert.deepEqual([...new Set(numbers(receiver).slice(first))], range(100, 310))
    assert.ok(numbers(receiver).length <= 212, 'each once, beside one that was under way')
    assert.deepEqual(await rows(id).then(({ spans, states: left }) => [spans, left]), [1, 0])
  })

  it('passes over what nobody wants, so that it is looked at once', async () => {
    const [device, receiver] = [await world.device(), await world.receiver()]
    const { webhook } = await world.webhooks.create(device, {
      events: ['message.read'],
      active: true,
      url: receiver.url,
    })
    await tell(world, device, 1, 500)
    await world.eventLog.append(device, [{ type: 'message.read', payload: { n: 501 } }])
    const next = () =>
      world.database.query
        .selectFrom('delivery_span')
        .select('next_seq')
        .where('webhook_id', '=', webhook.id)
        .executeTakeFirst()
    await until(async () => {
      await world.webhooks.totals()
      return (await next())?.next_seq === 502
    })
    assert.deepEqual(numbers(receiver), [501])
  })
})
