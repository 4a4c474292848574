import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import type { Database } from '../../database.ts'
import { DeliveryRequests } from '../../delivery-requests.ts'
import { DeliveryStore } from '../../delivery-store.ts'
import { dayOf, startOfDay } from '../../event-days.ts'
import { pruneEvents } from '../../event-retention.ts'
import { EventStore } from '../../event-store.ts'
import { insertSampleDevice } from '../../testing/sample-rows.ts'
import { type FreshTarget, type OpenTestDatabase, withPostgres } from '../../testing/with-databases.ts'
import { WebhookStore } from '../../webhook-store.ts'

/** The first day with a partition of its own: what is logged today is in the first one. */
const first = dayOf(Date.now()) + 1
const noon = (day: number) => startOfDay(first + day) + 12 * 60 * 60 * 1000

async function prepared(open: OpenTestDatabase, freshTarget: FreshTarget, days: number) {
  const target = (await freshTarget()) as { type: 'postgres'; uri: string }
  const database = await open(target)
  // One day after the other, as hourly upkeep does.
  for (let day = 0; day < days; day++) await database.days!.prepare(noon(day))
  const { deviceId } = await insertSampleDevice(database)
  const events = new EventStore(database)
  const raise = async (count: number, at: number, device = deviceId) => {
    const rows = Array.from({ length: count }, () => ({
      id: `evt_${randomUUID()}`,
      type: 'a',
      payload: '{}',
      backfill: false,
    }))
    await database.commit(events.append(device, rows, at), { lane: device })
  }
  const numbers = async (after = 0) =>
    (await events.read(deviceId, { after, limit: 1000 })).events.map(({ seq }) => seq)
  return { target, database, deviceId, events, raise, numbers }
}

const partitions = async ({ query }: Database): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`select inhrelid::regclass::text as name from pg_inherits
    where inhparent = 'event'::regclass order by name`.execute(query)
  return rows.map(({ name }) => name)
}

const daysOf = async ({ query }: Database): Promise<number[]> =>
  (await query.selectFrom('event').select('day').orderBy('seq').execute()).map(({ day }) => day! - first)

withPostgres('the event log in days', (open, freshTarget) => {
  it('keeps the order of a device whatever its clock says, and never lacks a partition', async () => {
    const { database, raise, numbers } = await prepared(open, freshTarget, 3)
    await raise(2, noon(0))
    await raise(2, noon(1))
    await raise(1, noon(0))
    await raise(1, 0)
    await raise(1, noon(4000))
    await raise(1, noon(2))
    assert.deepEqual(await daysOf(database), [0, 0, 1, 1, 1, 1, 5, 5], 'three days are there ahead')
    assert.deepEqual(await numbers(), [1, 2, 3, 4, 5, 6, 7, 8])
    await database.days!.prepare(noon(40))
    for (let after = 1; after < 8; after++) assert.equal((await numbers(after))[0], after + 1)
  })

  it('numbers without a gap when many write over the end of a day', async () => {
    const { database, deviceId, events, raise } = await prepared(open, freshTarget, 3)
    await Promise.all(Array.from({ length: 40 }, (_, n) => raise(1 + (n % 3), noon(n % 3))))
    const read = await events.read(deviceId, { after: 0, limit: 1000 })
    assert.deepEqual(
      read.events.map(({ seq }) => seq),
      read.events.map((_, place) => place + 1),
    )
    assert.equal((await events.bounds(deviceId)).last, read.events.length)
    const again = sql`insert into event select * from event limit 1`.compile(database.query)
    await assert.rejects(database.commit([{ query: again }]), { kind: 'unique' })
  })

  it('makes one partition for days that passed without any, and each of them once', async () => {
    const { target, database } = await prepared(open, freshTarget, 0)
    const other = await open(target)
    await Promise.all([database, other].map(({ days }) => days!.prepare(noon(400))))
    assert.equal((await partitions(database)).length, 1 + 3 + 1 + 4)
  })

  it('drops whole days and tells readers who come too late', async () => {
    const { database, deviceId, events, raise, numbers } = await prepared(open, freshTarget, 6)
    for (let day = 0; day < 6; day++) await raise(10, noon(day))
    const { deviceId: idle } = await insertSampleDevice(database)
    await raise(3, noon(2), idle)
    const before = await partitions(database)
    await pruneEvents(database, startOfDay(first + 4))
    assert.deepEqual(await partitions(database), before.slice(4, -1), 'the one of all days before has gone as well')
    assert.deepEqual(await numbers(), numbersFrom(41, 60))
    assert.deepEqual(await events.bounds(deviceId), { prunedTo: 40, last: 60 })
    assert.deepEqual(await events.bounds(idle), { prunedTo: 3, last: 3 })
    await raise(1, noon(0))
    assert.equal((await numbers(60))[0], 61, 'a clock that stands still is not refused')
  })

  it('keeps a day of which a webhook needs an event, and of that day this event alone', async () => {
    const { database, deviceId, raise, numbers } = await prepared(open, freshTarget, 4)
    await raise(5, noon(0))
    await raise(5, noon(1))
    const webhook = { scope: deviceId, url: 'https://example.com/', secretSealed: new Uint8Array([1]), active: true }
    const id = await new WebhookStore(database).create({ ...webhook, events: [] }, 10, 10)
    const lane = { webhookId: id, deviceId }
    await new DeliveryRequests(database).redeliver(lane, 3, noon(1))
    await pruneEvents(database, startOfDay(first + 2))
    assert.deepEqual(await numbers(), [3])
    const deliveries = new DeliveryStore(database)
    const pending = await deliveries.pending(lane, await deliveries.plan(lane), 0, 10)
    assert.deepEqual(pending === 'changed' ? [] : pending.map(({ seq }) => seq), [3])
    await database.commit([
      { query: database.query.deleteFrom('delivery_span').compile() },
      { query: database.query.deleteFrom('delivery_state').compile() },
    ])
    const kept = (await partitions(database)).length
    await pruneEvents(database, startOfDay(first + 2))
    assert.deepEqual([await numbers(), (await partitions(database)).length], [[], kept - 1])
  })

  it('waits for a long reader with the drop, and lets everybody write meanwhile', async () => {
    const { target, database, raise, numbers } = await prepared(open, freshTarget, 3)
    await raise(1, noon(0))
    const reader = new pg.Client({ connectionString: target.uri })
    await reader.connect()
    await reader.query('begin')
    await reader.query('select count(*) from event')
    let isDropped = false
    const dropping = pruneEvents(database, startOfDay(first + 1)).then(() => (isDropped = true))
    for (let n = 0; n < 30; n++) await raise(1, noon(1))
    assert.deepEqual([isDropped, (await numbers()).length], [false, 31])
    await reader.query('commit')
    await dropping
    assert.deepEqual(await numbers(), numbersFrom(2, 31))
    await reader.end()
  })
})

const numbersFrom = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)
