import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { deleteDevice } from '../storage/device-store.ts'
import { keyScope } from '../storage/scope.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import type { Receiver } from './testing.ts'
import { everything, openWorld, tell, until, type World } from './testing-world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** An API key with so many devices. */
const tenant = async (count = 2) => {
  const { apiKeyId } = await insertSampleDevice(world.database, { id: randomUUID() })
  const devices = await Promise.all(Array.from({ length: count }, () => world.device(apiKeyId)))
  return { apiKeyId, scope: keyScope(apiKeyId), devices }
}

const numbersOf = (receiver: Receiver, device: string) =>
  receiver.received.filter(({ body }) => body.device_id === device).map(({ body }) => body.data.n)

describe('a webhook of an API key', () => {
  it('gets the events of every device, each in its order, also of one that is added later, and of no other key', async () => {
    const { apiKeyId, scope, devices } = await tenant()
    const receiver = await world.receiver()
    const { webhook } = await world.webhooks.create(scope, { ...everything, url: receiver.url })
    assert.equal(webhook.deviceId, null)
    const stranger = await world.device()
    await tell(world, stranger, 1, 3)
    await Promise.all(devices.map((device) => tell(world, device, 1, 20)))
    const late = await world.device(apiKeyId)
    await tell(world, late, 1, 5)
    await receiver.waitFor(45)
    for (const device of devices) {
      assert.deepEqual(
        numbersOf(receiver, device),
        Array.from({ length: 20 }, (_, index) => index + 1),
      )
    }
    assert.deepEqual(numbersOf(receiver, late), [1, 2, 3, 4, 5])
    assert.deepEqual(numbersOf(receiver, stranger), [])
    const stored = await world.database.query.selectFrom('event').select('seq').where('device_id', '=', late).execute()
    assert.equal(stored.length, 5, 'one row for an event, whoever gets it')
  })

  it('is one of several: a device has its own, with its own filter and secret', async () => {
    const { scope, devices } = await tenant(1)
    const [ofKey, own] = [await world.receiver(), await world.receiver()]
    await world.webhooks.create(scope, { ...everything, url: ofKey.url })
    await world.webhooks.create(devices[0]!, { events: ['message.read'], active: true, url: own.url })
    await world.eventLog.append(devices[0]!, [
      { type: 'message.received', payload: { n: 1 } },
      { type: 'message.read', payload: { n: 2 } },
    ])
    await Promise.all([ofKey.waitFor(2), own.waitFor(1)])
    assert.deepEqual([numbersOf(ofKey, devices[0]!), numbersOf(own, devices[0]!)], [[1, 2], [2]])
    assert.notEqual(ofKey.received[1]!.headers['x-webhook-signature'], own.received[0]!.headers['x-webhook-signature'])
  })

  it('signs with a secret that is shown once and stored sealed, and with the one before for a day', async () => {
    const { scope, devices } = await tenant(1)
    const receiver = await world.receiver()
    const { webhook, secret } = await world.webhooks.create(scope, { ...everything, url: receiver.url })
    await tell(world, devices[0]!, 1, 1)
    const [first] = await receiver.waitFor(1)
    const signed = (raw: Buffer, by: string) => `sha256=${createHmac('sha256', by).update(raw).digest('hex')}`
    assert.equal(first!.headers['x-webhook-signature'], signed(first!.raw, secret))
    const stored = await world.database.query.selectFrom('webhook').selectAll().where('id', '=', webhook.id).execute()
    assert.ok(!Buffer.from(stored[0]!.secret_sealed).includes(secret))
    const next = await world.webhooks.rotateSecret(scope, webhook.id)
    await tell(world, devices[0]!, 2, 2)
    const [, second] = await receiver.waitFor(2)
    assert.equal(second!.headers['x-webhook-signature'], signed(second!.raw, next.secret))
    assert.equal(String(second!.headers['webhook-signature']).split(' ').length, 2)
  })

  it('holds back the events of one device that it rejects, and of no other', async () => {
    const { scope, devices } = await tenant()
    const receiver = await world.receiver()
    const { webhook } = await world.webhooks.create(scope, { ...everything, url: receiver.url })
    const [bad, good] = devices as [string, string]
    receiver.answer = ({ body }, response) => response.writeHead(body.device_id === bad ? 422 : 204).end()
    await tell(world, bad, 1, 1)
    await tell(world, good, 1, 10)
    await until(async () => numbersOf(receiver, good).length === 10)
    const waiting = async () =>
      (await world.webhooks.logs(scope, webhook.id, { limit: 100, state: 'pending' })).map(({ deviceId }) => deviceId)
    // What was delivered is stored a moment later.
    await until(async () => !(await waiting()).includes(good))
    assert.deepEqual(await waiting(), [bad])
  })

  it('takes up after a restart what waits for each device, and a person can hurry all of it', async () => {
    const { scope, devices } = await tenant(3)
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(503).end()
    const { webhook } = await world.webhooks.create(scope, { ...everything, url: receiver.url })
    for (const device of devices) await tell(world, device, 1, 3)
    await receiver.waitFor(3)
    await world.restart()
    const before = receiver.received.length
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await world.webhooks.resume(scope, webhook.id)
    await until(async () => receiver.received.length - before >= 9)
    for (const device of devices) {
      const told = receiver.received.slice(before).filter(({ body }) => body.device_id === device)
      assert.deepEqual(
        told.map(({ body }) => body.data.n),
        [1, 2, 3],
      )
    }
  })

  it('pages through its log, redelivers one event, and replays a range of one device', async () => {
    const { scope, devices } = await tenant()
    const receiver = await world.receiver()
    const { webhook } = await world.webhooks.create(scope, { ...everything, url: receiver.url })
    for (const device of devices) await tell(world, device, 1, 4)
    await receiver.waitFor(8)
    const seen: string[] = []
    for (let before: string | undefined; ; before = seen.at(-1)) {
      const page = await world.webhooks.logs(scope, webhook.id, { limit: 3, before })
      if (page.length === 0) break
      seen.push(...page.map(({ eventId }) => eventId))
    }
    assert.deepEqual([seen.length, seen], [8, seen.toSorted().reverse()])
    await world.webhooks.redeliver(scope, webhook.id, seen[0]!)
    await receiver.waitFor(9)
    assert.equal(receiver.received[8]!.body.id, seen[0])
    const [device] = devices
    assert.equal(await world.webhooks.replay(scope, webhook.id, { deviceId: device!, from: 2, to: 3 }), 2)
    await receiver.waitFor(11)
    assert.deepEqual(
      receiver.received.slice(9).map(({ body }) => [body.device_id, body.data.n]),
      [
        [device, 2],
        [device, 3],
      ],
    )
    const stranger = await world.device()
    const foreign = world.webhooks.replay(scope, webhook.id, { deviceId: stranger, from: 1, to: 1 })
    await assert.rejects(foreign, { code: 'device_not_found' })
  })

  it('is tested by an event of its first device, and switched off for all devices at once', async () => {
    const { scope, devices } = await tenant()
    const receiver = await world.receiver()
    const { webhook } = await world.webhooks.create(scope, { ...everything, url: receiver.url })
    const eventId = await world.webhooks.test(scope, webhook.id)
    const [ping] = await receiver.waitFor(1)
    assert.deepEqual([ping!.body.id, ping!.body.event_type], [eventId, 'test.ping'])
    receiver.answer = (_request, response) => response.writeHead(410).end()
    await tell(world, devices[0]!, 1, 1)
    await until(async () => !(await world.webhooks.get(scope, webhook.id)).active)
    const calls = receiver.received.length
    await tell(world, devices[1]!, 1, 3)
    const log = await world.webhooks.logs(scope, webhook.id, { limit: 100 })
    assert.ok(log.every(({ deviceId }) => deviceId !== devices[1]))
    assert.equal(receiver.received.length, calls)
  })

  it('forgets what waits of a device that is deleted, and continues with the others', async () => {
    const { scope, devices } = await tenant()
    const [gone, stays] = devices as [string, string]
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(503).end()
    const { webhook } = await world.webhooks.create(scope, { ...everything, url: receiver.url })
    await tell(world, gone, 1, 2)
    await tell(world, stays, 1, 2)
    await until(async () => numbersOf(receiver, gone).length > 0 && numbersOf(receiver, stays).length > 0)
    await world.database.commit(deleteDevice(world.database, gone, () => new Error('no device')))
    world.webhooks.forget(gone)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    const before = receiver.received.length
    await world.webhooks.resume(scope, webhook.id)
    await until(async () => receiver.received.length - before >= 2)
    const waits = await world.webhooks.logs(scope, webhook.id, { limit: 100 })
    assert.ok(waits.every(({ deviceId }) => deviceId === stays))
    assert.deepEqual(world.errors, [])
    assert.ok(receiver.received.slice(before).every(({ body }) => body.device_id === stays))
  })

  it('keeps the limit of webhooks, however many are made at once', async () => {
    const { scope } = await tenant(1)
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, () => world.webhooks.create(scope, { ...everything, url: 'http://127.0.0.1:9/' })),
    )
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 5)
  })
})
