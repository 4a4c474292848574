import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import type { Receiver } from './testing.ts'
import { everything, numbers, openWorld, states, tell, until, type World } from './testing-world.ts'

const second = 1000
const minute = 60 * second

describe('a webhook that failed deliveries have paused', { timeout: 240_000 }, () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(async () => {
    await world.close()
    assert.deepEqual(world.errors, [])
  })

  const attemptsOf = async (device: string, id: number) => (await states(world, device, id)).at(-1)?.attempts

  /** One that was tried so often, without success. */
  const paused = async ({
    receiver,
    tenant,
    path = '',
    attempts = 3,
  }: Partial<{ receiver: Receiver; tenant: number; path: string; attempts: number }> = {}) => {
    const device = await world.device(tenant)
    const to = receiver ?? (await world.receiver())
    if (!receiver) to.answer = (_request, response) => response.writeHead(500).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: `${to.url}${path}` })
    await tell(world, device, 1, 1)
    for (const [made, wait] of [2, 5, 15, 30, 60].slice(0, attempts - 1).entries()) {
      await until(async () => (await attemptsOf(device, webhook.id)) === made + 1)
      world.clock.pass(wait * second)
    }
    await until(async () => (await attemptsOf(device, webhook.id)) === attempts)
    return { device, receiver: to, id: webhook.id }
  }

  it('is tried at once when its owner asks, and waits as at the beginning when it fails again', async () => {
    const { device, receiver, id } = await paused({ attempts: 5 })
    await world.webhooks.resume(device, id)
    await until(async () => (await attemptsOf(device, id)) === 6)
    const [log] = await world.webhooks.logs(device, id, { limit: 1 })
    assert.equal(log!.nextAttemptAt, world.clock.now() + 2 * second)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await world.webhooks.resume(device, id)
    await receiver.waitFor(7)
    await until(async () => (await states(world, device, id))[0]?.state === 'success')
  })

  it('is sent a test at once, and continues when it arrives', async () => {
    const { device, receiver, id } = await paused({ attempts: 2 })
    await tell(world, device, 2, 3)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    const eventId = await world.webhooks.test(device, id)
    await receiver.waitFor(6)
    assert.equal(receiver.received[2]?.body.id, eventId)
    assert.deepEqual(numbers(receiver).slice(3), [1, 2, 3])
  })

  it('stays paused when a test fails, which is tried again in its place', async () => {
    const { device, receiver, id } = await paused({ attempts: 2 })
    const eventId = await world.webhooks.test(device, id)
    await until(async () => (await states(world, device, id))[0]?.attempts === 1)
    assert.equal(await attemptsOf(device, id), 2)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    world.clock.pass(5 * second)
    await receiver.waitFor(5)
    assert.deepEqual(
      receiver.received.map(({ body }) => body.data.n ?? body.id),
      [1, 1, eventId, 1, eventId],
    )
  })

  it('is tried before its time when another one at its host works, once for each wait', async () => {
    const receiver = await world.receiver()
    let well = false
    receiver.answer = ({ path }, response) => response.writeHead(path.endsWith('/a') && !well ? 500 : 204).end()
    const tenant = (await insertSampleDevice(world.database)).apiKeyId
    const { device, id } = await paused({ receiver, tenant, path: '/a' })
    const { nextAttemptAt } = (await world.webhooks.logs(device, id, { limit: 1 }))[0]!
    const neighbour = await world.device(tenant)
    const other = await world.webhooks.create(neighbour, { ...everything, url: `${receiver.url}/b` })
    const works = async (n: number) => {
      await tell(world, neighbour, n, n)
      await until(async () => (await states(world, neighbour, other.webhook.id))[0]?.state === 'success')
    }
    await works(1)
    await until(async () => (await attemptsOf(device, id)) === 4)
    // It keeps its time, and the schedule does not count the attempt.
    const [log] = await world.webhooks.logs(device, id, { limit: 1 })
    assert.equal(log!.nextAttemptAt, nextAttemptAt)
    await works(2)
    await works(3)
    assert.equal(await attemptsOf(device, id), 4)
    world.clock.pass(15 * second)
    await until(async () => (await attemptsOf(device, id)) === 5)
    const [next] = await world.webhooks.logs(device, id, { limit: 1 })
    assert.equal(next!.nextAttemptAt, world.clock.now() + 30 * second)
    well = true
    await works(4)
    await until(async () => (await states(world, device, id))[0]?.state === 'success')
  })

  it('is tried before its time when another one at its host works, also after a restart', async () => {
    const receiver = await world.receiver()
    let well = false
    receiver.answer = (_request, response) => response.writeHead(well ? 204 : 500).end()
    const tenant = (await insertSampleDevice(world.database)).apiKeyId
    const { device, id } = await paused({ receiver, tenant, path: '/a' })
    await world.restart()
    well = true
    const neighbour = await world.device(tenant)
    await world.webhooks.create(neighbour, { ...everything, url: `${receiver.url}/b` })
    await tell(world, neighbour, 1, 1)
    await until(async () => (await states(world, device, id))[0]?.state === 'success')
  })

  it('does not hear of what works for other tenants, or while it was told when to come', async () => {
    const receiver = await world.receiver()
    receiver.answer = ({ path }, response) => {
      const status = path.endsWith('/a') ? 500 : path.endsWith('/b') ? 503 : 204
      response.writeHead(status, status === 503 ? { 'retry-after': '600' } : {}).end()
    }
    const tenant = (await insertSampleDevice(world.database)).apiKeyId
    const [ours, told] = [
      await paused({ receiver, path: '/a', attempts: 1 }),
      await paused({ receiver, tenant, path: '/b', attempts: 1 }),
    ]
    const neighbour = await world.device(tenant)
    const other = await world.webhooks.create(neighbour, { ...everything, url: `${receiver.url}/c` })
    await tell(world, neighbour, 1, 3)
    await until(async () =>
      (await states(world, neighbour, other.webhook.id)).every(({ state }) => state === 'success'),
    )
    assert.deepEqual([await attemptsOf(ours.device, ours.id), await attemptsOf(told.device, told.id)], [1, 1])
  })

  it('continues by itself soon after its receiver is back', async () => {
    const { device, receiver, id } = await paused({ attempts: 1 })
    await tell(world, device, 2, 20)
    // As long as a receiver takes that is started again.
    for (let ms = 0; ms < 6 * second; ms += 500) {
      world.clock.pass(500)
      await until(async () => {
        const [head] = (await world.webhooks.logs(device, id, { limit: 100 })).slice(-1)
        return head!.nextAttemptAt > world.clock.now()
      })
    }
    receiver.answer = (_request, response) => response.writeHead(204).end()
    const before = receiver.received.length
    world.clock.pass(15 * second)
    await receiver.waitFor(before + 20)
    assert.deepEqual(
      numbers(receiver).slice(before),
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
  })
})

describe('a test of a webhook', { timeout: 240_000 }, () => {
  let world: World
  before(async () => {
    world = await openWorld({ attemptTimeoutMs: 10 * minute })
  })
  after(async () => {
    await world.close()
    assert.deepEqual(world.errors, [])
  })

  it('waits neither for what is under way nor for what waits, at this webhook or at others of the tenant', async () => {
    const receiver = await world.receiver()
    receiver.answer = ({ body }, response) => body.event_type === 'test.ping' && response.writeHead(204).end()
    const tenant = (await insertSampleDevice(world.database)).apiKeyId
    const devices: { device: string; id: number }[] = []
    for (let n = 0; n < 40; n++) {
      const device = await world.device(tenant)
      const url = `${receiver.url}/${n % 10}`
      const { webhook } = await world.webhooks.create(device, { ...everything, url })
      devices.push({ device, id: webhook.id })
      await tell(world, device, 1, n === 0 ? 1000 : 3)
    }
    await receiver.waitFor(32)
    for (const { device, id } of [devices[0]!, devices[39]!]) {
      const eventId = await world.webhooks.test(device, id)
      await until(async () => receiver.received.some(({ body }) => body.id === eventId))
      await until(async () => (await states(world, device, id))[0]?.state === 'success')
    }
  })

  it('is delivered once, and is no part of what waits while it is under way', async () => {
    const [device, receiver] = [await world.device(), await world.receiver()]
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    receiver.answer = async ({ body }, response) => {
      if (body.event_type === 'test.ping') await released
      response.writeHead(204).end()
    }
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await world.webhooks.test(device, webhook.id)
    await receiver.waitFor(1)
    await tell(world, device, 1, 5)
    await receiver.waitFor(6)
    release()
    await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
    await tell(world, device, 6, 6)
    await receiver.waitFor(7)
    assert.deepEqual(
      receiver.received.map(({ body }) => body.data.n ?? body.event_type),
      ['test.ping', 1, 2, 3, 4, 5, 6],
    )
  })

  it('is one of a few at a time for each tenant, and all of them are made', async () => {
    const [device, receiver] = [await world.device(), await world.receiver()]
    let [underWay, most] = [0, 0]
    receiver.answer = (_request, response) => {
      most = Math.max(most, ++underWay)
      setTimeout(() => {
        underWay--
        response.writeHead(204).end()
      }, 5)
    }
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await Promise.all(Array.from({ length: 40 }, () => world.webhooks.test(device, webhook.id)))
    await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
    assert.equal(receiver.received.length, 40)
    assert.ok(most <= 8, `${most} at a time`)
  })

  it('is made by the next process when this one ends before', async () => {
    const [device, receiver] = [await world.device(), await world.receiver()]
    receiver.answer = () => {}
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    const eventId = await world.webhooks.test(device, webhook.id)
    await receiver.waitFor(1)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await world.restart()
    await receiver.waitFor(2)
    assert.equal(receiver.received[1]?.body.id, eventId)
  })
})
