import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { everything, numbers, openWorld, states, tell, until, type World } from './testing-world.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

describe('failed deliveries of webhooks', { timeout: 120_000 }, () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(async () => {
    await world.close()
    assert.deepEqual(world.errors, [])
  })

  it('waits as long as it should when somebody sets the clock back in between', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(503).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 1)
    await receiver.waitFor(1)
    await until(async () => (await states(world, device, webhook.id))[0]?.attempts === 1)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    world.clock.set(-day)
    await tell(world, device, 2, 2)
    world.clock.pass(5 * second)
    await receiver.waitFor(3)
    assert.deepEqual(numbers(receiver), [1, 1, 2])
    world.clock.set(day)
  })

  it('pauses a webhook when a delivery fails, keeps its order, and follows the schedule', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(503).end('down for repair')
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 3)
    await receiver.waitFor(1)
    await until(async () => (await states(world, device, webhook.id))[2]?.attempts === 1)
    const { nextAttemptAt } = (await world.webhooks.logs(device, webhook.id, { limit: 3 })).at(-1)!
    assert.equal(nextAttemptAt, world.clock.now() + 2 * second)
    world.clock.pass(2 * second)
    await receiver.waitFor(2)
    await until(async () => (await states(world, device, webhook.id))[2]?.attempts === 2)
    receiver.answer = (_request, response) => response.writeHead(200).end()
    world.clock.pass(4 * second)
    assert.deepEqual(numbers(receiver), [1, 1])
    world.clock.pass(second)
    await receiver.waitFor(5)
    assert.deepEqual(numbers(receiver), [1, 1, 1, 2, 3])
    await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
    const [log] = (await world.webhooks.logs(device, webhook.id, { limit: 3 })).slice(-1)
    assert.deepEqual(
      log?.history.map(({ attempt, status, response, error }) => [attempt, status, response, error]),
      [
        [1, 503, 'down for repair', 'HTTP 503'],
        [2, 503, 'down for repair', 'HTTP 503'],
        [3, 200, null, null],
      ],
    )
  })

  it('waits as long as Retry-After says', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 1)
    await until(async () => (await states(world, device, webhook.id))[0]?.attempts === 1)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    const [log] = await world.webhooks.logs(device, webhook.id, { limit: 1 })
    assert.ok(log!.nextAttemptAt > world.clock.now() + 59 * minute)
    world.clock.pass(60 * minute)
    await receiver.waitFor(2)
  })

  it('gives up a refused event after three attempts, continues, and delivers the dead letter when asked', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = ({ body }, response) => response.writeHead(body.data.n === 2 ? 422 : 204).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 3)
    for (const [requests, wait] of [
      [2, 2 * second],
      [3, 5 * second],
    ] as const) {
      await receiver.waitFor(requests)
      await until(async () => (await states(world, device, webhook.id))[1]?.attempts === requests - 1)
      world.clock.pass(wait)
    }
    await receiver.waitFor(5)
    assert.deepEqual(numbers(receiver), [1, 2, 2, 2, 3])
    const dead = await world.webhooks.logs(device, webhook.id, { limit: 10, state: 'dead' })
    assert.deepEqual(
      dead.map(({ seq, attempts, status, error }) => [seq, attempts, status, error]),
      [[2, 3, 422, 'HTTP 422']],
    )
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await world.webhooks.redeliver(device, webhook.id, dead[0]!.eventId)
    await receiver.waitFor(6)
    assert.equal(receiver.received[5]?.body.id, dead[0]!.eventId)
    await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
    assert.equal(await world.webhooks.redeliverDead(device, webhook.id), 0)
    await assert.rejects(world.webhooks.redeliver(device, webhook.id, 'evt_none'), { code: 'delivery_not_found' })
  })

  it('switches off an endpoint that is gone, tells the other webhooks, and continues when it is switched on again', async () => {
    const device = await world.device()
    const [gone, other] = [await world.receiver(), await world.receiver()]
    gone.answer = (_request, response) => response.writeHead(410).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: gone.url })
    await world.webhooks.create(device, { url: other.url, events: ['webhook.disabled'], active: true })
    await tell(world, device, 1, 2)
    const [told] = await other.waitFor(1)
    assert.deepEqual(told!.body.data, { webhook_id: webhook.id, url: gone.url, reason: 'gone' })
    const off = await world.webhooks.get(device, webhook.id)
    assert.deepEqual([off.active, off.disabledReason], [false, 'gone'])
    await assert.rejects(world.webhooks.test(device, webhook.id), { code: 'webhook_inactive' })
    assert.equal(gone.received.length, 1)
    gone.answer = (_request, response) => response.writeHead(204).end()
    await world.webhooks.update(device, webhook.id, { active: true })
    await gone.waitFor(3)
    assert.deepEqual(numbers(gone), [1, 1, 2])
  })

  it('switches off an endpoint that has only failed for five days', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(500).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 1)
    await until(async () => (await world.webhooks.get(device, webhook.id)).failingSince !== null)
    world.clock.pass(5 * day)
    await until(async () => !(await world.webhooks.get(device, webhook.id)).active)
    assert.equal((await world.webhooks.get(device, webhook.id)).disabledReason, 'failing')
    const { events } = await world.eventLog.read(device, { after: 0, types: ['webhook.disabled'], limit: 10 })
    assert.equal(events.length, 1)
  })

  it('counts no answer in time as a failure', async (test) => {
    const impatient = await openWorld({ attemptTimeoutMs: 50 })
    test.after(() => impatient.close())
    const device = await impatient.device()
    const silent = await impatient.receiver()
    silent.answer = () => {}
    const { webhook } = await impatient.webhooks.create(device, { ...everything, url: silent.url })
    await tell(impatient, device, 1, 1)
    await until(async () => (await states(impatient, device, webhook.id))[0]?.attempts === 1)
    const [first] = await states(impatient, device, webhook.id)
    assert.deepEqual([first?.state, first?.status, first?.error], ['pending', null, 'no answer in time'])
  })

  it('calls one URL for several devices at most eight times at once, pauses it for all, and continues all when one gets through', async () => {
    const shared = await world.receiver()
    let [atOnce, most] = [0, 0]
    let broken = true
    shared.answer = (_request, response) => {
      most = Math.max(most, ++atOnce)
      setTimeout(() => {
        atOnce--
        response.writeHead(broken ? 500 : 204).end()
      }, 20)
    }
    const tenant = (await insertSampleDevice(world.database)).apiKeyId
    const devices = await Promise.all(Array.from({ length: 30 }, () => world.device(tenant)))
    for (const device of devices) await world.webhooks.create(device, { ...everything, url: shared.url })
    await Promise.all(devices.map((device) => tell(world, device, 1, 1)))
    await shared.waitFor(5)
    await until(async () => atOnce === 0)
    const untilPaused = shared.received.length
    assert.ok(untilPaused <= 12, `${untilPaused} requests reached a broken endpoint`)
    assert.ok(most <= 8)
    broken = false
    world.clock.pass(5 * second)
    await shared.waitFor(untilPaused + 30)
    assert.deepEqual(
      shared.received
        .slice(untilPaused)
        .map(({ body }) => body.device_id)
        .sort(),
      [...devices].sort(),
    )
    assert.ok(most <= 8)
  })

  it('delivers nothing more while results cannot be stored, and continues when they can, each event once', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    world.diskFull = true
    await tell(world, device, 1, 3)
    await receiver.waitFor(3)
    await until(async () => world.refused > 0)
    await tell(world, device, 4, 200)
    const refused = world.refused
    await until(async () => {
      world.clock.pass(second)
      return world.refused > refused + 5
    })
    // What was under way when the first refusal came is all that comes in addition.
    const before = receiver.received.length
    assert.ok(before <= 4, `${before} requests came`)
    world.diskFull = false
    await until(async () => {
      world.clock.pass(second)
      return (await states(world, device, webhook.id)).every(({ state }) => state === 'success')
    })
    assert.deepEqual(
      numbers(receiver),
      Array.from({ length: 200 }, (_, index) => index + 1),
    )
    assert.match(world.errors.splice(0).join(), /^the database failed during a webhook delivery/)
  })
})
