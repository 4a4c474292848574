import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import type { Database } from '../database.ts'
import { DeliveryLog } from '../delivery-log.ts'
import { createDeliveryPlan } from '../delivery-plan.ts'
import { DeliveryRequests } from '../delivery-requests.ts'
import { DeliveryStore } from '../delivery-store.ts'
import { DeliveryUpkeep } from '../delivery-upkeep.ts'
import { pruneEvents } from '../event-retention.ts'
import { EventStore } from '../event-store.ts'
import { IdempotencyStore } from '../idempotency-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'
import { WebhookStore } from '../webhook-store.ts'

const row = () => ({ id: `evt_${randomUUID()}`, type: 'a', payload: '{}', backfill: false })

async function prepared(open: OpenTestDatabase) {
  const database: Database = await open()
  const { deviceId } = await insertSampleDevice(database)
  const events = new EventStore(database)
  const plan = createDeliveryPlan(database)
  const raise = (count: number, at: number, device = deviceId) => {
    const rows = Array.from({ length: count }, row)
    const types = rows.map(({ type }) => type)
    return database.commit([...events.append(device, rows, at), ...plan(device, types)])
  }
  const numbers = async (device = deviceId) =>
    (await events.read(device, { after: 0, limit: 5000 })).events.map(({ seq }) => seq)
  return { database, deviceId, events, raise, numbers }
}

/** What is forgotten because of its age, and what is not. */
export function eventRetentionContract(open: OpenTestDatabase): void {
  it('deletes what is older, device by device and however much it is, and continues counting', async () => {
    const { database, deviceId, events, raise, numbers } = await prepared(open)
    const { deviceId: other } = await insertSampleDevice(database)
    for (let batch = 0; batch < 3; batch++) await raise(400, 10)
    await raise(2, 1000)
    await raise(3, 10, other)
    await pruneEvents(database, 1000)
    assert.deepEqual(await numbers(), [1201, 1202])
    assert.deepEqual(await numbers(other), [])
    assert.deepEqual(await events.bounds(deviceId), { prunedTo: 1200, last: 1202 })
    assert.deepEqual(await events.bounds(other), { prunedTo: 3, last: 3 })
    await raise(1, 1001, other)
    await pruneEvents(database, 500)
    assert.deepEqual(await numbers(other), [4])
    assert.deepEqual(await events.bounds(other), { prunedTo: 3, last: 4 })
  })

  it('keeps what a webhook was not told of, or may be told of again, until its delivery is forgotten', async () => {
    const { database, deviceId, raise, numbers } = await prepared(open)
    const log = new DeliveryLog(database, () => 0)
    const [webhooks, deliveries, upkeep] = [
      new WebhookStore(database),
      new DeliveryStore(database),
      new DeliveryUpkeep(database),
    ]
    const requests = new DeliveryRequests(database)
    await raise(2, 10)
    const webhook = {
      scope: deviceId,
      url: 'https://example.com/',
      secretSealed: new Uint8Array([1]),
      events: [],
      active: true,
    }
    const id = await webhooks.create(webhook, 10, 10)
    await raise(4, 10)
    const lane = { webhookId: id, deviceId }
    const waiting = async () => {
      const found = await deliveries.pending(lane, await deliveries.plan(lane), 0, 10)
      return found === 'changed' ? [] : found
    }
    const [, , third, fourth] = await waiting()
    const failed = { attempt: 3, status: 500, error: 'failed', response: null, latencyMs: 1, at: 20 }
    const entry = { deviceId, seq: 4, at: 20, eventAt: 10, status: 204, latencyMs: 1, response: null }
    const noted = log.add([{ ...lane, ofDevice: true, entries: [{ ...entry, attempts: 1, history: [] }] }])
    await database.commit([
      deliveries.failed(lane, third!, failed, 'dead', 0),
      deliveries.failed(lane, fourth!, failed, 'retry', 0),
      ...deliveries.advance(lane, [0], 5),
      ...noted.statements,
    ])
    await new DeliveryLog(database, () => 0).open()
    await pruneEvents(database, 1000)
    assert.deepEqual(await numbers(), [4, 5, 6], 'delivered lately, dead, waiting with attempts')
    const done = [deliveries.succeeded(lane, { ...fourth!, triedAt: 20 }), ...deliveries.advance(lane, [0], 6)]
    await database.commit(done)
    await upkeep.purge(1000, 1000)
    await pruneEvents(database, 1000)
    assert.deepEqual(await numbers(), [], 'what was delivered may go')
    await raise(1, 10)
    await pruneEvents(database, 1000)
    assert.deepEqual(await numbers(), [7], 'what waits may not, however long')
    await database.commit(deliveries.advance(lane, [0], 7))
    await requests.redeliver(lane, 7, 30)
    await pruneEvents(database, 1000)
    assert.deepEqual(await numbers(), [7], 'nor what is to be sent again')
  })

  it('keeps what waits for a lane that is stuck, and not what its filter does not want', async () => {
    const { database, deviceId, events, numbers } = await prepared(open)
    const webhooks = new WebhookStore(database)
    const webhook = { scope: deviceId, url: 'https://example.com/', secretSealed: new Uint8Array([1]), active: true }
    await webhooks.create({ ...webhook, events: ['wanted'] }, 10, 10)
    const rows = Array.from({ length: 1200 }, (_, n) => ({ ...row(), type: n % 100 === 0 ? 'wanted' : 'other' }))
    await database.commit(events.append(deviceId, rows, 10))
    await pruneEvents(database, 1000)
    assert.deepEqual(
      await numbers(),
      Array.from({ length: 12 }, (_, n) => 100 * n + 1),
    )
  })

  it('never leaves a delivery without its event when a replay is asked for at the same moment', async () => {
    const { database, deviceId, raise, numbers } = await prepared(open)
    const webhooks = new WebhookStore(database)
    const deliveries = new DeliveryStore(database)
    const requests = new DeliveryRequests(database)
    for (let round = 0; round < 6; round++) {
      await raise(40, 10)
      const webhook = { scope: deviceId, url: 'https://example.com/', secretSealed: new Uint8Array([1]), events: [] }
      const id = await webhooks.create({ ...webhook, active: true }, 10, 10)
      const lane = { webhookId: id, deviceId }
      const replay = requests.replay(lane, { from: 1, to: 9999 }, 20)
      const [count] = await Promise.all([replay, pruneEvents(database, 1000)])
      assert.equal((await deliveries.pending(lane, await deliveries.plan(lane), 0, 100)).length, count)
      assert.equal((await numbers()).length, count)
      await webhooks.remove(deviceId, id)
      await pruneEvents(database, 1000)
    }
  })

  it('forgets Idempotency-Keys by their age, however many', async () => {
    const { database, deviceId } = await prepared(open)
    const store = new IdempotencyStore(database)
    const claim = (key: string, now: number) =>
      store.claim({ deviceId, key, requestHash: new Uint8Array([1]), messageId: 'M', now }, 0)
    await Promise.all(Array.from({ length: 1100 }, (_, n) => claim(`old ${n}`, 10)))
    await claim('young', 1000)
    await store.purge(1000)
    const left = await database.query.selectFrom('idempotency').select('key').execute()
    assert.deepEqual(
      left.map(({ key }) => key),
      ['young'],
    )
  })
}
