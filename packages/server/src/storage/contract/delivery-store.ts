import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Database } from '../database.ts'
import { createDeliveryPlan } from '../delivery-plan.ts'
import { DeliveryReportStore } from '../delivery-report-store.ts'
import { DeliveryStore } from '../delivery-store.ts'
import { EventStore } from '../event-store.ts'
import { keyScope } from '../scope.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'
import { WebhookStore } from '../webhook-store.ts'

let lastEvent = 0

async function prepared(open: OpenTestDatabase) {
  const database: Database = await open()
  const { deviceId } = await insertSampleDevice(database)
  const [webhooks, deliveries, reports] = [
    new WebhookStore(database),
    new DeliveryStore(database),
    new DeliveryReportStore(database),
  ]
  const events = new EventStore(database)
  const plan = createDeliveryPlan(database)
  const raise = (types: readonly string[], at = 1, onlyWebhook?: number) => {
    const rows = types.map((type) => ({
      id: `evt_${++lastEvent}`,
      type,
      payload: `{"n":${lastEvent}}`,
      backfill: true,
    }))
    return database.commit([...events.append(deviceId, rows, at), plan(deviceId, types.length, at, { onlyWebhook })])
  }
  const webhook = (filter: readonly string[] = [], active = true) =>
    webhooks.create(
      { scope: deviceId, url: 'https://example.com/', secretSealed: new Uint8Array([1]), events: filter, active },
      10,
      1,
    )
  /** Notes an attempt at a delivery as it is now. */
  const settle = async (made: ReturnType<typeof attempt>, state: 'pending' | 'success' | 'dead', next: number) => {
    const { triedAt } = (await deliveries.one(made.webhookId, made.eventId))!
    await database.commit(deliveries.attempted({ ...made, triedAt }, state, next))
  }
  return { database, deviceId, webhooks, deliveries, reports, raise, webhook, settle }
}

const attempt = (webhookId: number, eventId: string, number: number, status: number | null = 204) => ({
  webhookId,
  eventId,
  attempt: number,
  status,
  error: status === 204 ? null : 'failed',
  response: null,
  latencyMs: 3,
  at: 100 + number,
})

/** What is promised about deliveries: planned with the event, in order, and settled in one step. */
export function deliveryStoreContract(open: OpenTestDatabase): void {
  it('plans for active webhooks whose filter wants the event, within the unit of the event', async () => {
    const { deliveries, raise, webhook, webhooks, deviceId } = await prepared(open)
    const [all, some, off] = [await webhook(), await webhook(['b', 'c']), await webhook([], false)]
    await raise(['a', 'b'])
    await raise(['c'])
    const types = async (id: number) =>
      (await deliveries.pending(id, deviceId, 0, 10)).map(({ seq, type }) => [seq, type])
    assert.deepEqual(await types(all), [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ])
    assert.deepEqual(await types(some), [
      [2, 'b'],
      [3, 'c'],
    ])
    assert.deepEqual(await types(off), [])
    await webhooks.update(deviceId, some, { events: ['a'] }, 2)
    await raise(['a'], 2, off)
    assert.equal((await types(some)).length, 2, 'an event for one webhook alone reaches no other')
    await raise(['a', 'b'])
    assert.deepEqual((await types(some)).at(-1), [5, 'a'])
    const waiting = (await deliveries.waiting()).map(({ webhookId }) => webhookId).sort()
    assert.deepEqual(waiting, [all, some].sort())
  })

  it('plans nothing when the unit is rolled back', async () => {
    const { database, deliveries, raise, webhook, deviceId } = await prepared(open)
    const id = await webhook()
    await assert.rejects(raise(['a'], Number.NaN))
    assert.deepEqual(await deliveries.pending(id, deviceId, 0, 10), [])
    assert.deepEqual(await database.query.selectFrom('event').selectAll().execute(), [])
  })

  it('hands out what waits in order, with its event, from a cursor on', async () => {
    const { deliveries, raise, webhook, deviceId } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b', 'c', 'd'], 42)
    const [first, ...rest] = await deliveries.pending(id, deviceId, 1, 2)
    assert.deepEqual(
      [first?.seq, first?.type, first?.attempts, first?.nextAttemptAt, first?.eventAt, first?.backfill],
      [2, 'b', 0, 42, 42, true],
    )
    assert.match(first?.payload ?? '', /^\{"n":\d+\}$/)
    assert.deepEqual(
      rest.map(({ seq }) => seq),
      [3],
    )
  })

  it('ends a page of the log when it is full, attempts included', async () => {
    const { deliveries, reports, raise, webhook, settle, deviceId } = await prepared(open)
    const id = await webhook()
    await raise(Array.from({ length: 6 }, () => 'a'))
    for (const { eventId } of await deliveries.pending(id, deviceId, 0, 10)) {
      await settle(attempt(id, eventId, 4, 500), 'pending', 1000)
    }
    const seqs = async (options: Parameters<typeof reports.list>[1]) =>
      (await reports.list({ webhookId: id, deviceId }, options)).map(({ seq }) => seq)
    assert.deepEqual(await seqs({ limit: 10, bytes: 9_000 }), [6, 5])
    assert.deepEqual(await seqs({ limit: 10, before: 5, bytes: 9_000 }), [4, 3])
    assert.deepEqual(await seqs({ limit: 10, bytes: 1 }), [6])
    assert.deepEqual(await seqs({ limit: 10 }), [6, 5, 4, 3, 2, 1])
  })

  it('gives up a delivery that has used up its attempts, and not one that was put up again meanwhile', async () => {
    const { database, deliveries, reports, raise, webhook, settle, deviceId } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b', 'c'])
    const [first, second, third] = await deliveries.pending(id, deviceId, 0, 10)
    for (const { eventId } of [first!, second!]) {
      await settle(attempt(id, eventId, 3, 500), 'pending', 1000)
    }
    await settle(attempt(id, third!.eventId, 1), 'success', 0)
    await deliveries.redeliver(id, second!.eventId, 2000)
    const all = [first!, second!, third!].map(({ eventId }) => deliveries.giveUp(id, eventId, 3, 3000))
    await database.commit(all)
    const log = await reports.list({ webhookId: id, deviceId }, { limit: 10 })
    assert.deepEqual(
      log.map(({ seq, state, status, error }) => [seq, state, status, error]),
      [
        [3, 'success', 204, null],
        [2, 'pending', 500, 'failed'],
        [1, 'dead', 500, 'failed'],
      ],
    )
  })

  it('settles an attempt, keeps the history of failed ones, and tells the answers', async () => {
    const { deliveries, reports, raise, webhook, settle, deviceId } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b'])
    const [first, second] = await deliveries.pending(id, deviceId, 0, 10)
    await settle(attempt(id, second!.eventId, 1), 'success', 0)
    for (const [number, status] of [
      [1, 500],
      [2, 404],
      [3, 429],
      [4, null],
      [5, 422],
    ] as const) {
      await settle(attempt(id, first!.eventId, number, status), 'pending', 1000 + number)
    }
    assert.deepEqual(await deliveries.answers(id, first!.eventId, 5), [422, null, 429, 404, 500])
    assert.deepEqual(await deliveries.answers(id, first!.eventId, 2), [422, null])
    const [waiting] = await deliveries.pending(id, deviceId, 0, 10)
    assert.deepEqual([waiting?.attempts, waiting?.nextAttemptAt, waiting?.lastStatus], [5, 1005, 422])
    assert.deepEqual(await deliveries.one(id, first!.eventId), waiting)
    assert.equal(await deliveries.one(id, second!.eventId), undefined)
    await settle(attempt(id, first!.eventId, 6, 404), 'dead', 0)
    const log = await reports.list({ webhookId: id, deviceId }, { limit: 10 })
    assert.deepEqual(
      log.map(({ seq, state, attempts, status, latencyMs }) => [seq, state, attempts, status, latencyMs]),
      [
        [2, 'success', 1, 204, 3],
        [1, 'dead', 6, 404, 3],
      ],
    )
    assert.deepEqual(
      (await reports.attempts(id, [first!.eventId, second!.eventId])).map(({ status }) => status),
      [500, 404, 429, null, 422, 404],
    )
    assert.deepEqual(await reports.countByState(), { pending: 0, success: 1, dead: 1 })
    assert.deepEqual(
      (await reports.list({ webhookId: id, deviceId }, { limit: 10, state: 'dead' })).map(({ seq }) => seq),
      [1],
    )
    assert.deepEqual(
      (await reports.list({ webhookId: id, deviceId }, { limit: 10, before: 2 })).map(({ seq }) => seq),
      [1],
    )
  })

  it('puts events up again: one, the dead, a range', async () => {
    const { deliveries, raise, webhook, deviceId, settle } = await prepared(open)
    await raise(['before', 'before'])
    const id = await webhook()
    await raise(['a', 'b', 'c'])
    const waiting = await deliveries.pending(id, deviceId, 0, 10)
    for (const [index, { eventId }] of waiting.entries()) {
      await settle(attempt(id, eventId, 1), index === 0 ? 'dead' : 'success', 0)
    }
    const seqs = async () => (await deliveries.pending(id, deviceId, 0, 10)).map(({ seq }) => seq)
    assert.deepEqual(await seqs(), [])
    await deliveries.redeliver(id, waiting[2]!.eventId, 50)
    assert.equal(await deliveries.reviveDead(id, 51), 1)
    assert.deepEqual(await seqs(), [3, 5])
    assert.equal(await deliveries.replay({ id, deviceId, events: [] }, { from: 1, to: 4 }, 60), 4)
    assert.deepEqual(await seqs(), [1, 2, 3, 4, 5])
    assert.equal(await deliveries.replay({ id, deviceId, events: ['before', 'b'] }, { from: 2, to: 9 }, 60), 2)
    await assert.rejects(deliveries.redeliver(id, 'evt_none', 1), { code: 'delivery_not_found' })
    const gone = { id: id + 1000, deviceId, events: [] }
    await assert.rejects(deliveries.replay(gone, { from: 1, to: 4 }, 60), { code: 'webhook_not_found' })
    await deliveries.hurry(id, 55)
    assert.deepEqual(
      (await deliveries.pending(id, deviceId, 0, 10)).map(({ nextAttemptAt }) => nextAttemptAt),
      [55, 55, 55, 55, 50],
    )
  })

  it('lets an attempt settle nothing that was put up anew while it was under way, however little time passed', async () => {
    const { database, deliveries, raise, webhook, deviceId } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b'], 70)
    const waiting = await deliveries.pending(id, deviceId, 0, 10)
    await deliveries.redeliver(id, waiting[0]!.eventId, 70)
    await deliveries.replay({ id, deviceId, events: [] }, { from: 2, to: 2 }, 60)
    for (const { eventId, triedAt } of waiting) {
      await database.commit(deliveries.attempted({ ...attempt(id, eventId, 1), triedAt }, 'success', 0))
    }
    assert.deepEqual(
      (await deliveries.pending(id, deviceId, 0, 10)).map(({ seq, attempts }) => [seq, attempts]),
      [
        [1, 0],
        [2, 0],
      ],
    )
  })

  it('forgets what ended long ago, and buries what an inactive webhook was never told', async () => {
    const { deliveries, reports, raise, webhook, webhooks, deviceId, settle } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b'], 10)
    await raise(['c'], 5000)
    const [first] = await deliveries.pending(id, deviceId, 0, 10)
    await settle(attempt(id, first!.eventId, 1, 500), 'pending', 0)
    await settle(attempt(id, first!.eventId, 2), 'success', 0)
    await reports.purge(1000, 2000)
    assert.deepEqual(
      (await reports.list({ webhookId: id, deviceId }, { limit: 10 })).map(({ seq }) => seq),
      [3, 2],
    )
    assert.deepEqual(await reports.attempts(id, [first!.eventId]), [])
    await webhooks.update(deviceId, id, { active: false }, 1)
    await reports.purge(1000, 2000)
    assert.deepEqual(
      (await reports.list({ webhookId: id, deviceId }, { limit: 10 })).map(({ seq, state }) => [seq, state]),
      [
        [3, 'pending'],
        [2, 'dead'],
      ],
    )
    await webhooks.remove(deviceId, id)
    assert.deepEqual(await reports.countByState(), { pending: 0, success: 0, dead: 0 })
  })

  it('neither loses an event nor fails it when a webhook is removed or changed at the same moment', async () => {
    const { deliveries, raise, webhook, webhooks, deviceId } = await prepared(open)
    for (let round = 0; round < 8; round++) {
      const [kept, removed] = [await webhook(), await webhook()]
      await Promise.all([
        raise(['a']),
        webhooks.remove(deviceId, removed),
        raise(['b']),
        webhooks.update(deviceId, kept, { events: ['a', 'b'] }, 1),
        raise(['a']),
      ])
      assert.equal((await deliveries.pending(kept, deviceId, 0, 10)).length, 3)
      await webhooks.remove(deviceId, kept)
    }
  })

  it('plans for webhooks of the API key too, and never fails an event because one is deleted at the same moment', async () => {
    const { database, deviceId, webhooks, deliveries, raise } = await prepared(open)
    const apiKeyId = await webhooks.apiKeyOf(deviceId)
    const scope = keyScope(apiKeyId!)
    const hook = { scope, url: 'https://example.com/', secretSealed: new Uint8Array([1]), events: [], active: true }
    const stays = await webhooks.create(hook, 10, 1)
    const stranger = await insertSampleDevice(database)
    await webhooks.create({ ...hook, scope: keyScope(stranger.apiKeyId) }, 10, 1)
    for (let round = 0; round < 8; round++) {
      const goes = await webhooks.create(hook, 10, 1)
      const raising = Array.from({ length: 6 }, () => raise(['a']))
      await Promise.all([...raising, webhooks.remove(scope, goes)])
    }
    assert.equal((await deliveries.pending(stays, deviceId, 0, 100)).length, 48)
    assert.deepEqual(await deliveries.waiting(), [{ webhookId: stays, deviceId }])
    assert.deepEqual(await deliveries.waiting(stays), [{ webhookId: stays, deviceId }])
  })
}
