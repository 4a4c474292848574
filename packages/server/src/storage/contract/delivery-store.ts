import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Database, Statement } from '../database.ts'
import { DeliveryLog } from '../delivery-log.ts'
import { createDeliveryPlan } from '../delivery-plan.ts'
import { DeliveryReportStore, type ReportQuery } from '../delivery-report-store.ts'
import { DeliveryRequests } from '../delivery-requests.ts'
import { noEnd, singleEvent } from '../delivery-spans.ts'
import { DeliveryStore, type LaneKey, type PendingDelivery } from '../delivery-store.ts'
import { DeliveryUpkeep } from '../delivery-upkeep.ts'
import { EventStore } from '../event-store.ts'
import { keyScope } from '../scope.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'
import { WebhookStore } from '../webhook-store.ts'

let lastEvent = 0

const hook = { url: 'https://example.com/', secretSealed: new Uint8Array([1]), events: [] as string[], active: true }

async function prepared(open: OpenTestDatabase) {
  const database: Database = await open()
  const { deviceId } = await insertSampleDevice(database)
  const log = new DeliveryLog(database, () => 0)
  const [webhooks, deliveries, requests, reports] = [
    new WebhookStore(database),
    new DeliveryStore(database),
    new DeliveryRequests(database),
    new DeliveryReportStore(database, log),
  ]
  const events = new EventStore(database)
  const plan = createDeliveryPlan(database)
  /** Raises events; answers who was said to get them, as `type webhook`. */
  const raise = async (types: readonly string[], at = 1, onlyWebhook?: number) => {
    const rows = types.map((type) => ({
      id: `evt_${String(++lastEvent).padStart(6, '0')}`,
      type,
      payload: `{"n":${lastEvent}}`,
      backfill: true,
    }))
    const told: string[] = []
    const planned = (recipients: ReadonlyMap<string, readonly number[]>) => {
      for (const [type, ids] of recipients) told.push(...ids.map((id) => `${type} ${id}`))
    }
    await database.commit([...events.append(deviceId, rows, at), ...plan(deviceId, types, { onlyWebhook, planned })])
    return told
  }
  const webhook = (filter: readonly string[] = [], active = true) =>
    webhooks.create({ ...hook, scope: deviceId, events: filter, active }, 10, 1)
  const lane = (webhookId: number): LaneKey => ({ webhookId, deviceId })
  const pending = async (webhookId: number, after = 0, limit = 10): Promise<PendingDelivery[]> => {
    const found = await deliveries.pending(lane(webhookId), await deliveries.plan(lane(webhookId)), after, limit)
    assert.ok(found !== 'changed')
    return found
  }
  const seqs = async (webhookId: number) => (await pending(webhookId)).map(({ seq }) => seq)
  const eventId = async (seq: number) => (await events.read(deviceId, { after: seq - 1, limit: 1 })).events[0]!.id
  /** What waits at this place, as it is now. */
  const waitingAt = async (webhookId: number, seq: number) =>
    (await pending(webhookId, seq - 1, 1)).find((delivery) => delivery.seq === seq)!
  const fail = async (
    webhookId: number,
    seq: number,
    attempt: number,
    {
      status = 500,
      state = 'retry',
      next = 1000 + attempt,
    }: { status?: number | null; state?: 'retry' | 'dead'; next?: number } = {},
  ) => {
    const made = { attempt, status, error: 'failed', response: null, latencyMs: 3, at: 100 + attempt }
    const delivery = await waitingAt(webhookId, seq)
    await database.commit([deliveries.failed(lane(webhookId), delivery, made, state, next)])
  }
  /** Everything up to a place is delivered, and so noted. */
  const deliver = async (webhookId: number, place: number) => {
    const { spans } = await deliveries.plan(lane(webhookId))
    const done = (await pending(webhookId, 0, 100)).filter(({ seq }) => seq <= place)
    const entries = done.map(({ seq, eventAt, attempts, history }) => ({
      ...{ deviceId, seq, at: 101, eventAt, status: 204, latencyMs: 3, response: null, attempts: attempts + 1 },
      history: JSON.parse(history),
    }))
    const noted = log.add([{ ...lane(webhookId), ofDevice: true, entries }])
    const origins = [...new Set(spans.filter(({ next }) => next <= place).map(({ origin }) => origin))]
    const unit: Statement[] = [
      ...deliveries.advance(lane(webhookId), origins, place),
      deliveries.removeEnded(lane(webhookId)),
      ...done.filter(({ triedAt }) => triedAt > 0).map((each) => deliveries.succeeded(lane(webhookId), each)),
      ...noted.statements,
    ]
    await database.commit(unit)
    noted.durable()
  }
  const report = (webhookId: number, query: ReportQuery = { limit: 10 }) => reports.list({ webhookId, deviceId }, query)
  const stores = { database, deviceId, webhooks, deliveries, requests, reports, log, events }
  return { ...stores, raise, webhook, lane, pending, seqs, eventId, waitingAt, fail, deliver, report }
}

/** What is promised about deliveries: who gets an event is decided with it, in order, and nothing is written for what waits its turn. */
export function deliveryStoreContract(open: OpenTestDatabase): void {
  it('finds the active webhooks of which the filter wants an event, within the unit of the event', async () => {
    const { database, deliveries, raise, webhook, webhooks, deviceId, pending } = await prepared(open)
    const [all, some, off] = [await webhook(), await webhook(['b', 'c']), await webhook([], false)]
    assert.deepEqual((await raise(['a', 'b'])).sort(), [`a ${all}`, `b ${all}`, `b ${some}`])
    await raise(['c'])
    const types = async (id: number) => (await pending(id)).map(({ seq, type }) => [seq, type])
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
    assert.deepEqual(await raise([singleEvent], 2, off), [])
    assert.deepEqual((await types(some)).length, 2, 'what happened before is for the filter as it was')
    assert.equal((await types(all)).length, 3, 'an event for one webhook alone reaches no other')
    assert.deepEqual((await raise(['a', 'b'])).sort(), [`a ${all}`, `a ${some}`, `b ${all}`])
    assert.deepEqual(await types(some), [
      [2, 'b'],
      [3, 'c'],
      [5, 'a'],
    ])
    const waiting = (await deliveries.waiting()).map(({ webhookId }) => webhookId).sort()
    assert.deepEqual(waiting, [all, some].sort())
    const rows = await database.query.selectFrom('delivery_state').selectAll().execute()
    assert.deepEqual(rows, [], 'nothing is written for what waits its turn')
  })

  it('keeps what happened while a webhook was on, and leaves out what happened while it was off', async () => {
    const { raise, webhook, webhooks, deviceId, seqs } = await prepared(open)
    const id = await webhook(['a'])
    for (const [active, types] of [
      [false, ['a', 'a']],
      [true, ['a', 'b']],
      [false, ['a']],
      [true, ['b', 'a']],
    ] as const) {
      await raise(['a'])
      await webhooks.update(deviceId, id, { active }, 2)
      assert.deepEqual(await raise(types), active ? [`a ${id}`] : [])
    }
    assert.deepEqual(await seqs(id), [1, 5, 7, 11])
    await webhooks.update(deviceId, id, { events: ['b'] }, 2)
    await raise(['a', 'b'])
    await webhooks.update(deviceId, id, { events: [] }, 2)
    await raise(['c'])
    assert.deepEqual(await seqs(id), [1, 5, 7, 11, 13, 14])
  })

  it('says that what spans mean has changed since they were read', async () => {
    const { deliveries, raise, webhook, webhooks, deviceId, lane, seqs } = await prepared(open)
    const id = await webhook(['a'])
    await raise(['a'])
    const plan = await deliveries.plan(lane(id))
    await webhooks.update(deviceId, id, { events: ['b'] }, 2)
    await raise(['b'])
    assert.equal(await deliveries.pending(lane(id), plan, 0, 10), 'changed')
    assert.deepEqual(await seqs(id), [1, 2])
  })

  it('ends what is cut off from a span with it', async () => {
    const { database, deliveries, raise, webhook, webhooks, deviceId, lane, seqs } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'a', 'a'])
    const { spans } = await deliveries.plan(lane(id))
    await webhooks.update(deviceId, id, { events: ['b'] }, 2)
    await raise(['b'])
    const origins = spans.map(({ origin }) => origin)
    await database.commit([...deliveries.advance(lane(id), origins, 2), deliveries.removeEnded(lane(id))])
    assert.deepEqual(await seqs(id), [3, 4])
    await database.commit([...deliveries.advance(lane(id), origins, 4), deliveries.removeEnded(lane(id))])
    assert.equal((await deliveries.plan(lane(id))).spans.length, 1)
    // A place that was passed stays so.
    await database.commit(deliveries.advance(lane(id), origins, 1))
    assert.deepEqual(await seqs(id), [])
  })

  it('plans nothing when the unit is rolled back', async () => {
    const { database, raise, webhook, seqs } = await prepared(open)
    const id = await webhook()
    await assert.rejects(raise(['a'], Number.NaN))
    assert.deepEqual(await seqs(id), [])
    assert.deepEqual(await database.query.selectFrom('event').selectAll().execute(), [])
  })

  it('hands out what waits in order, with its event, from a cursor on', async () => {
    const { raise, webhook, pending } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b', 'c', 'd'], 42)
    const [first, ...rest] = await pending(id, 1, 2)
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
    const { raise, webhook, fail, report } = await prepared(open)
    const id = await webhook()
    await raise(Array.from({ length: 6 }, () => 'a'))
    for (let seq = 1; seq <= 6; seq++) await fail(id, seq, 4)
    const seqs = async (options: ReportQuery) => (await report(id, options)).map(({ seq }) => seq)
    assert.deepEqual(await seqs({ limit: 10, bytes: 9_000 }), [6, 5])
    assert.deepEqual(await seqs({ limit: 10, before: 5, bytes: 9_000 }), [4, 3])
    assert.deepEqual(await seqs({ limit: 10, bytes: 1 }), [6])
    assert.deepEqual(await seqs({ limit: 10 }), [6, 5, 4, 3, 2, 1])
  })

  it('gives up a delivery that has used up its attempts, and not one that was put up again meanwhile', async () => {
    const { database, deliveries, raise, webhook, lane, fail, report, seqs, requests } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b', 'c'])
    for (const seq of [1, 2]) await fail(id, seq, 3)
    await requests.redeliver(lane(id), 2, 2000)
    await database.commit([1, 2, 3].map((seq) => deliveries.giveUp(lane(id), seq, 3, 3000)))
    assert.deepEqual(
      (await report(id)).map(({ seq, state, status, error }) => [seq, state, status, error]),
      [
        [3, 'pending', null, null],
        [2, 'pending', 500, 'failed'],
        [1, 'dead', 500, 'failed'],
      ],
    )
    assert.deepEqual(await seqs(id), [2, 3], 'a dead letter waits no more, although its place was not passed')
  })

  it('settles an attempt, keeps the history of failed ones, and tells the answers', async () => {
    const { raise, webhook, fail, deliver, waitingAt, report, reports } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b'])
    for (const [attempt, status] of [
      [1, 500],
      [2, 404],
      [3, 429],
      [4, null],
      [5, 422],
    ] as const) {
      await fail(id, 1, attempt, { status })
    }
    const waiting = await waitingAt(id, 1)
    assert.deepEqual([waiting.attempts, waiting.nextAttemptAt, waiting.lastStatus], [5, 1005, 422])
    await fail(id, 1, 6, { status: 404, state: 'dead' })
    await deliver(id, 2)
    const log = await report(id)
    assert.deepEqual(
      log.map(({ seq, state, attempts, status, latencyMs }) => [seq, state, attempts, status, latencyMs]),
      [
        [2, 'success', 1, 204, 3],
        [1, 'dead', 6, 404, 3],
      ],
    )
    assert.deepEqual(
      log.map(({ history }) => history.map(({ status }) => status)),
      [[], [500, 404, 429, null, 422, 404]],
    )
    assert.deepEqual(await reports.countByState(), { pending: 0, success: 1, dead: 1 })
    const only = async (query: Partial<ReportQuery>) =>
      (await report(id, { limit: 10, ...query })).map(({ seq }) => seq)
    assert.deepEqual(await only({ state: 'dead' }), [1])
    assert.deepEqual(await only({ state: 'success' }), [2])
    assert.deepEqual(await only({ before: 2 }), [1])
  })

  it('puts events up again: one, the dead, a range', async () => {
    const { raise, webhook, lane, eventId, fail, deliver, pending, seqs, requests } = await prepared(open)
    await raise(['before', 'before'])
    const id = await webhook()
    await raise(['a', 'b', 'c'])
    await fail(id, 3, 1, { state: 'dead' })
    await deliver(id, 5)
    assert.deepEqual(await seqs(id), [])
    await requests.redeliver(lane(id), 5, 50)
    assert.equal(await requests.reviveDead(id, 51), 1)
    assert.deepEqual(await seqs(id), [3, 5])
    assert.equal(await requests.replay(lane(id), { from: 1, to: 4 }, 60), 4)
    assert.deepEqual(await seqs(id), [1, 2, 3, 4, 5])
    assert.equal(await requests.replay(lane(id), { from: 2, to: 9 }, 60), 4)
    await raise(['d'])
    assert.deepEqual(await seqs(id), [1, 2, 3, 4, 5, 6])
    assert.equal((await requests.find(id, await eventId(2)))?.isKnown, true)
    assert.equal(await requests.find(id, 'evt_none'), undefined)
    await assert.rejects(requests.redeliver(lane(id), 99, 1), { code: 'delivery_not_found' })
    const gone = { ...lane(id), webhookId: id + 1000 }
    await assert.rejects(requests.replay(gone, { from: 1, to: 4 }, 60), { code: 'webhook_not_found' })
    await fail(id, 3, 1, { next: 9000 })
    await requests.hurry(id, 55)
    assert.equal((await pending(id)).find(({ seq }) => seq === 3)?.nextAttemptAt, 55)
    await deliver(id, 9)
    assert.deepEqual(await seqs(id), [])
  })

  it('sends again what was put up anew while it was delivered, however little time passed', async () => {
    const { database, deliveries, raise, webhook, lane, pending, waitingAt, fail, requests } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b', 'c'], 70)
    await fail(id, 1, 1)
    const [failed, fresh] = [await waitingAt(id, 1), await waitingAt(id, 2)]
    const { spans } = await deliveries.plan(lane(id))
    await requests.redeliver(lane(id), 1, 101)
    await requests.redeliver(lane(id), 2, 70)
    await requests.replay(lane(id), { from: 3, to: 3 }, 60)
    const made = { attempt: 2, status: 500, error: 'failed', response: null, latencyMs: 3, at: 101 }
    await database.commit([
      ...deliveries.advance(lane(id), [...new Set(spans.map(({ origin }) => origin))], 3),
      deliveries.succeeded(lane(id), failed),
      deliveries.failed(lane(id), fresh, made, 'dead', 0),
    ])
    assert.deepEqual(
      (await pending(id)).map(({ seq, attempts }) => [seq, attempts]),
      [
        [1, 0],
        [2, 0],
        [3, 0],
      ],
    )
  })

  it('notes what was delivered before others in front of it, and leaves it out', async () => {
    const { database, deliveries, raise, webhook, lane, seqs, waitingAt, reports, requests } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b', 'c'])
    await database.commit([deliveries.ahead(lane(id), await waitingAt(id, 2), 50)])
    assert.deepEqual(await seqs(id), [1, 3])
    assert.equal((await reports.countByState()).pending, 2)
    await requests.replay(lane(id), { from: 2, to: 2 }, 60)
    assert.deepEqual(await seqs(id), [1, 2, 3])
  })

  it('has a span of its own for an event of one webhook alone', async () => {
    const { database, deliveries, raise, webhook, lane, eventId, seqs } = await prepared(open)
    const [id, other] = [await webhook(['b']), await webhook()]
    await raise([singleEvent], 1, id)
    assert.deepEqual([await seqs(id), await seqs(other)], [[1], []])
    const found = await deliveries.single(lane(id), await eventId(1))
    assert.equal(found?.delivery.type, singleEvent)
    assert.equal(await deliveries.single(lane(other), await eventId(1)), undefined)
    await database.commit([...deliveries.advance(lane(id), found!.origins, 1), deliveries.removeEnded(lane(id))])
    assert.deepEqual(await seqs(id), [])
    assert.equal(await deliveries.single(lane(id), await eventId(1)), undefined)
  })

  it('pages through a log of thousands, the newest first, also where some were delivered again', async () => {
    const { deliveries, raise, webhook, lane, deliver, report, log, requests } = await prepared(open)
    const id = await webhook()
    for (let n = 0; n < 25; n++) {
      await raise(Array.from({ length: 100 }, () => 'a'))
      for (let part = 0; part < 4; part++) await deliver(id, 100 * n + 25 * (part + 1))
    }
    await requests.replay(lane(id), { from: 700, to: 720 }, 60)
    await deliver(id, 2500)
    assert.equal((await deliveries.plan(lane(id))).spans.length, 1)
    assert.ok((await log.rows(id, { below: 10_000, limit: 1000 })).length > 30, 'most of it is in rows of the lane')
    const seen: number[] = []
    for (let before: number | undefined; ; before = seen.at(-1)) {
      const page = await report(id, { limit: 97, before })
      if (page.length === 0) break
      seen.push(...page.map(({ seq }) => seq))
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 2500 }, (_, index) => 2500 - index),
    )
    assert.ok(await log.has(id, { deviceId: lane(id).deviceId, seq: 1234, eventAt: 1 }, true))
    assert.ok(!(await log.has(id, { deviceId: lane(id).deviceId, seq: 2501, eventAt: 1 }, true)))
  })

  it('finds what waits behind thousands of events that its filter does not want', async () => {
    const { raise, webhook, lane, deliveries, report, pending } = await prepared(open)
    const id = await webhook(['wanted'])
    await raise(['wanted'])
    for (let n = 0; n < 9; n++) await raise(Array.from({ length: 1000 }, () => 'other'))
    await raise(['wanted', 'other'])
    assert.deepEqual(
      (await pending(id)).map(({ seq }) => seq),
      [1, 9002],
    )
    assert.deepEqual(
      (await report(id)).map(({ seq, state }) => [seq, state]),
      [
        [9002, 'pending'],
        [1, 'pending'],
      ],
    )
    assert.deepEqual(await deliveries.waiting(), [{ ...lane(id), last: 9003 }])
  })

  it('sorts the journal of the log when it is old, although nothing is added', async () => {
    const { database, raise, webhook, lane, deviceId, deliveries } = await prepared(open)
    const id = await webhook()
    await raise(['a'])
    await database.commit(deliveries.advance(lane(id), [0], 1))
    let now = 0
    const log = new DeliveryLog(database, () => now)
    const entry = { deviceId, seq: 1, at: 5, eventAt: 1, status: 204, latencyMs: 3, response: 'ok', attempts: 1 }
    const write = async (entries: Parameters<DeliveryLog['add']>[0][number]['entries']) => {
      const { statements, durable } = log.add([{ ...lane(id), ofDevice: true, entries }])
      await database.commit(statements)
      durable()
    }
    await write([{ ...entry, history: [] }])
    assert.deepEqual([log.isDue, log.recentCount], [false, 1])
    now += 11 * 60_000
    assert.equal(log.isDue, true)
    await write([])
    assert.deepEqual([log.isDue, log.recentCount, log.recent(id)], [false, 0, []])
    const [report] = await new DeliveryReportStore(database, log).list({ webhookId: id, deviceId }, { limit: 10 })
    assert.deepEqual([report?.seq, report?.state, report?.response], [1, 'success', 'ok'])
  })

  it('takes up what another process left in the journal of the log', async () => {
    const { database, raise, webhook, deliver, deviceId } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b'])
    await deliver(id, 2)
    const next = new DeliveryLog(database, () => 0)
    await next.open()
    const list = await new DeliveryReportStore(database, next).list({ webhookId: id, deviceId }, { limit: 10 })
    assert.deepEqual(
      list.map(({ seq, state, status }) => [seq, state, status]),
      [
        [2, 'success', 204],
        [1, 'success', 204],
      ],
    )
    assert.deepEqual(await database.query.selectFrom('delivery_journal').selectAll().execute(), [])
  })

  it('forgets what ended long ago, and buries what an inactive webhook was never told', async () => {
    const { database, reports, raise, webhook, webhooks, deviceId, fail, deliver, report } = await prepared(open)
    const id = await webhook()
    await raise(['a', 'b'], 10)
    await raise(['c'], 5000)
    await fail(id, 1, 1)
    await deliver(id, 1)
    await new DeliveryLog(database, () => 0).open()
    const upkeep = new DeliveryUpkeep(database)
    const aged = new DeliveryReportStore(database, new DeliveryLog(database, () => 0))
    await upkeep.purge(1000, 2000)
    const states = async () =>
      (await aged.list({ webhookId: id, deviceId }, { limit: 10 })).map(({ seq, state, error }) => [seq, state, error])
    assert.deepEqual(await states(), [
      [3, 'pending', null],
      [2, 'pending', null],
    ])
    await webhooks.update(deviceId, id, { active: false }, 1)
    await upkeep.purge(1000, 2000)
    assert.deepEqual(await states(), [
      [3, 'pending', null],
      [2, 'dead', 'the webhook is switched off'],
    ])
    assert.equal((await report(id)).length, 3, 'what is in memory is kept a few minutes longer')
    await webhooks.remove(deviceId, id)
    assert.deepEqual(await aged.countByState(), { pending: 0, success: 0, dead: 0 })
    assert.equal((await reports.countByState()).pending, 0)
  })

  it('leaves a webhook as it is that is switched on again while others are looked at', async () => {
    const { database, deliveries, raise, webhook, webhooks, deviceId, lane, deliver, report, seqs } =
      await prepared(open)
    const id = await webhook()
    await raise(['a', 'b'], 10)
    await deliver(id, 1)
    await webhooks.update(deviceId, id, { active: false }, 1)
    let isOff = true
    const commit: Database['commit'] = async (unit) => {
      if (isOff) await webhooks.update(deviceId, id, { active: true }, 1)
      isOff = false
      return database.commit(unit)
    }
    await new DeliveryUpkeep({ ...database, commit }).purge(1000, 2000)
    assert.equal(isOff, false)
    assert.deepEqual(await seqs(id), [2], 'neither given up nor sent again')
    await deliver(id, 2)
    assert.deepEqual((await deliveries.plan(lane(id))).spans, [{ origin: 0, to: noEnd, next: 3, filter: '' }])
    assert.deepEqual(
      (await report(id)).map(({ state }) => state),
      ['success', 'success'],
    )
  })

  it('neither loses an event nor fails it when a webhook is removed or changed at the same moment', async () => {
    const { raise, webhook, webhooks, deviceId, seqs } = await prepared(open)
    for (let round = 0; round < 8; round++) {
      const [kept, removed] = [await webhook(), await webhook()]
      await Promise.all([
        raise(['a']),
        webhooks.remove(deviceId, removed),
        raise(['b']),
        webhooks.update(deviceId, kept, { events: ['a', 'b'] }, 1),
        raise(['a']),
      ])
      assert.equal((await seqs(kept)).length, 3)
      await webhooks.remove(deviceId, kept)
    }
  })

  it('is for webhooks of the API key too, and never fails an event because one is deleted at the same moment', async () => {
    const { database, deviceId, webhooks, deliveries, raise, pending } = await prepared(open)
    const apiKeyId = await webhooks.apiKeyOf(deviceId)
    const scope = keyScope(apiKeyId!)
    const stays = await webhooks.create({ ...hook, scope }, 10, 1)
    const stranger = await insertSampleDevice(database)
    await webhooks.create({ ...hook, scope: keyScope(stranger.apiKeyId) }, 10, 1)
    for (let round = 0; round < 8; round++) {
      const goes = await webhooks.create({ ...hook, scope }, 10, 1)
      const raising = Array.from({ length: 6 }, () => raise(['a']))
      await Promise.all([...raising, webhooks.remove(scope, goes)])
    }
    assert.equal((await pending(stays, 0, 100)).length, 48)
    assert.deepEqual(await deliveries.waiting(), [{ webhookId: stays, deviceId, last: 48 }])
    assert.deepEqual(await deliveries.waiting(stays), [{ webhookId: stays, deviceId, last: 48 }])
  })

  it('gives a device that an API key gets later everything that happens to it, and keeps what is cut off for it', async () => {
    const { database, deviceId, webhooks, deliveries, events } = await prepared(open)
    const apiKeyId = (await webhooks.apiKeyOf(deviceId))!
    const scope = keyScope(apiKeyId)
    const id = await webhooks.create({ ...hook, scope, events: ['a'] }, 10, 1)
    const { deviceId: late } = await insertSampleDevice(database)
    const move = database.query.updateTable('device').set({ api_key_id: apiKeyId }).where('id', '=', late)
    await database.commit([{ query: move.compile() }])
    const append = (type: string) =>
      database.commit(events.append(late, [{ id: `evt_late${++lastEvent}`, type, payload: '{}', backfill: false }], 1))
    await append('a')
    await append('b')
    await webhooks.update(scope, id, { events: ['b'] }, 1)
    await append('a')
    await append('b')
    const key = { webhookId: id, deviceId: late }
    const found = await deliveries.pending(key, await deliveries.plan(key), 0, 10)
    assert.deepEqual(found !== 'changed' && found.map(({ seq }) => seq), [1, 4])
  })

  it('has nothing for anybody of what happens while deliveries are switched off', async () => {
    const { database, webhook, raise, seqs } = await prepared(open)
    const id = await webhook()
    await raise(['a'])
    await new WebhookStore(database, false).openAll()
    await raise(['a'])
    assert.deepEqual(await seqs(id), [1])
    await new WebhookStore(database, true).openAll()
    await raise(['a'])
    assert.deepEqual(await seqs(id), [1, 3])
  })
}
