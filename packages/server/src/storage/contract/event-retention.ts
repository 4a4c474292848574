import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import type { Database } from '../database.ts'
import { createDeliveryPlan } from '../delivery-plan.ts'
import { DeliveryReportStore } from '../delivery-report-store.ts'
import { DeliveryStore } from '../delivery-store.ts'
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
    return database.commit([...events.append(device, rows, at), plan(device, count, at)])
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
    const [webhooks, deliveries, reports] = [
      new WebhookStore(database),
      new DeliveryStore(database),
      new DeliveryReportStore(database),
    ]
    await raise(2, 10)
    const webhook = {
      scope: deviceId,
      url: 'https://example.com/',
      secretSealed: new Uint8Array([1]),
      events: [],
      active: true,
    }
    const id = await webhooks.create(webhook, 10, 10)
    await raise(2, 10)
    const [first] = await deliveries.pending(id, deviceId, 0, 10)
    const attempt = { webhookId: id, eventId: first!.eventId, attempt: 1, status: 204, error: null, response: null }
    await database.commit(
      deliveries.attempted({ ...attempt, latencyMs: 1, at: 20, triedAt: first!.triedAt }, 'success', 20),
    )
    await pruneEvents(database, 1000)
    assert.deepEqual(await numbers(), [3, 4])
    await reports.purge(1000, 1000)
    await pruneEvents(database, 1000)
    assert.deepEqual(await numbers(), [4], 'what was delivered may go, what waits may not')
    assert.equal((await deliveries.pending(id, deviceId, 0, 10)).length, 1)
  })

  it('never leaves a delivery without its event when a replay is asked for at the same moment', async () => {
    const { database, deviceId, raise, numbers } = await prepared(open)
    const webhooks = new WebhookStore(database)
    const deliveries = new DeliveryStore(database)
    for (let round = 0; round < 6; round++) {
      await raise(40, 10)
      const webhook = { scope: deviceId, url: 'https://example.com/', secretSealed: new Uint8Array([1]), events: [] }
      const id = await webhooks.create({ ...webhook, active: true }, 10, 10)
      const replay = deliveries.replay({ id, deviceId, events: [] }, { from: 1, to: 9999 }, 20)
      const [count] = await Promise.all([replay, pruneEvents(database, 1000)])
      assert.equal((await deliveries.pending(id, deviceId, 0, 100)).length, count)
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
