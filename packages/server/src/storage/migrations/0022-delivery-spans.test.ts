import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DeliveryLog } from '../delivery-log.ts'
import { DeliveryReportStore } from '../delivery-report-store.ts'
import { DeliveryStore } from '../delivery-store.ts'
import { EventStore } from '../event-store.ts'
import { bytesIn, keyWithDevices, makeFormerDatabase, numbersTo } from '../testing/former-database.ts'
import { withDatabases } from '../testing/with-databases.ts'
import { WebhookStore } from '../webhook-store.ts'
import { deliverySpans } from './0022-delivery-spans.ts'

const eventsOfDevice = 5000

const typeOf = `case when i % 10 = 0 then 'b' when i % 7 = 0 then 'connection.qr' else 'a' end`

/** Two devices of a key with events, and five webhooks: for all of the first device, for `b` alone, one that is off, one that was never behind, and one of the key. */
const filled = (bytes: string): string[] => {
  const events = (id: string) => `insert into event (id, device_id, seq, type, payload, created_at)
    select 'evt_${id}' || (100000 + i), '${id}', i, ${typeOf}, '{}', 1000 + i from ${numbersTo(eventsOfDevice)}`
  const webhook = (scope: string, all: number, active: number) => `insert into webhook
    (scope, device_id, api_key_id, url, secret_sealed, all_events, active, created_at, updated_at)
    select '${scope}', ${scope === 'key' ? 'null' : `'${scope}'`}, ${scope === 'key' ? '(select max(id) from api_key)' : 'null'},
      'https://example.com/', ${bytes}, ${all}, ${active}, 1, 1`
  const delivery = (webhookId: number, id: string, state: string, where: string, attempts = 0) => `insert into delivery
    (webhook_id, event_id, device_id, seq, event_type, state, attempts, next_attempt_at, last_status, last_error, last_latency_ms, created_at, updated_at)
    select ${webhookId}, e.id, e.device_id, e.seq, e.type, '${state}', ${attempts}, 9000,
      ${state === 'success' ? 204 : attempts > 0 ? 503 : 'null'}, ${attempts > 0 && state !== 'success' ? `'HTTP 503'` : 'null'},
      ${attempts > 0 ? 12 : 'null'}, e.created_at, e.created_at + 5
    from event e where e.device_id = '${id}' and ${where}`
  const attempts = (webhookId: number, where: string, count: number) => `insert into delivery_attempt
    (webhook_id, event_id, attempt, status, error, response, latency_ms, at)
    select ${webhookId}, e.id, i, 503, 'HTTP 503', 'down', 12, 2000 + i from event e, ${numbersTo(count)}
    where e.device_id = 'd' and ${where}`
  const told = `e.type <> 'connection.qr'`
  return [
    ...keyWithDevices(bytes, ['d', 'other'], eventsOfDevice),
    ...['d', 'other'].map(events),
    ...[webhook('d', 1, 1), webhook('d', 0, 1), webhook('d', 1, 0), webhook('d', 1, 1), webhook('key', 1, 1)],
    `insert into webhook_event (webhook_id, event_type) values (2, 'b')`,
    // For all: delivered up to 4000 but for a dead one, asked again for one, and from 4001 on everything waits.
    delivery(1, 'd', 'success', `${told} and e.seq <= 4000 and e.seq not in (77, 100, 1234)`, 1),
    delivery(1, 'd', 'dead', 'e.seq = 100', 3),
    attempts(1, 'e.seq = 100', 3),
    delivery(1, 'd', 'pending', 'e.seq = 1234'),
    delivery(1, 'd', 'pending', `${told} and e.seq = 4001`, 2),
    attempts(1, 'e.seq = 4001', 2),
    delivery(1, 'd', 'pending', `${told} and e.seq > 4001`),
    // For b: an event of another type waits, from before its filter was changed.
    delivery(2, 'd', 'success', `e.type = 'b' and e.seq <= 4500`, 1),
    delivery(2, 'd', 'pending', `(e.type = 'b' and e.seq > 4500) or e.seq = 4502`),
    // Off: what it was not told.
    delivery(3, 'd', 'pending', `${told} and e.seq between 10 and 30`),
    // Of the key: one device waits from the beginning.
    delivery(5, 'other', 'pending', told),
    delivery(5, 'd', 'success', `${told} and e.seq > 4900`, 1),
  ]
}

describe('a database with a row for each delivery', () => {
  withDatabases((open, freshTarget) => {
    it('keeps what waits, what failed and what was delivered, and nothing else waits', async () => {
      const target = await freshTarget()
      await makeFormerDatabase(target, deliverySpans, filled(bytesIn(target, '01')))
      const database = await open(target)
      const byNameOnly = ['connection.qr']
      const deliveries = new DeliveryStore(database, byNameOnly)
      const log = new DeliveryLog(database, () => 0)
      const reports = new DeliveryReportStore(database, log, byNameOnly)
      const waiting = async (webhookId: number, deviceId = 'd') => {
        const lane = { webhookId, deviceId }
        const plan = await deliveries.plan(lane)
        const found = await deliveries.pending(lane, plan, 0, 10_000)
        assert.ok(found !== 'changed')
        return { found, seqs: found.map(({ seq }) => seq), spans: plan.spans.length }
      }
      const range = (from: number, to: number, isIn: (seq: number) => boolean) =>
        Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(isIn)
      const told = (seq: number) => seq % 10 === 0 || seq % 7 !== 0

      const all = await waiting(1)
      assert.deepEqual(all.seqs, [1234, ...range(4001, 5000, told)])
      assert.ok(all.spans < 5, `${all.spans} spans`)
      const failed = all.found.find(({ seq }) => seq === 4001)
      assert.deepEqual([failed?.attempts, failed?.nextAttemptAt, failed?.lastStatus], [2, 9000, 503])
      assert.equal(JSON.parse(failed!.history).length, 2)
      assert.deepEqual(
        (await waiting(2)).seqs,
        [4502, ...range(4501, 5000, (seq) => seq % 10 === 0)].sort((a, b) => a - b),
      )
      assert.deepEqual((await waiting(3)).seqs, range(10, 30, told))
      assert.deepEqual((await waiting(4)).seqs, [])
      assert.deepEqual((await waiting(5)).seqs, [])
      assert.deepEqual((await waiting(5, 'other')).seqs, range(1, 5000, told))

      const page = await reports.list({ webhookId: 1, deviceId: 'd' }, { limit: 5000, bytes: 1e9 })
      const states = Map.groupBy(page, ({ state }) => state)
      assert.equal(states.get('pending')?.length, all.seqs.length)
      assert.deepEqual(
        states.get('dead')?.map(({ seq, attempts, error, history }) => [seq, attempts, error, history.length]),
        [[100, 3, 'HTTP 503', 3]],
      )
      assert.equal(
        states.get('success')?.length,
        range(1, 4000, told).filter((seq) => ![77, 100, 1234].includes(seq)).length,
      )
      const [last] = states.get('success') ?? []
      assert.deepEqual([last?.seq, last?.status, last?.latencyMs, last?.updatedAt], [4000, 204, 12, 5005])
      const ofKey = await reports.list({ webhookId: 5, deviceId: null }, { limit: 5000, state: 'success' })
      assert.equal(ofKey.length, range(4901, 5000, told).length)

      const [first, named, off] = await new WebhookStore(database).list('d')
      assert.deepEqual([first?.events, named?.events, off?.active], [[], ['b'], false])
      const row = { id: 'evt_new', type: 'a', payload: '{}', backfill: false }
      await database.commit(new EventStore(database).append('d', [row], 9000))
      for (const [id, gets] of [
        [1, true],
        [2, false],
        [3, false],
        [4, true],
        [5, true],
      ] as const) {
        assert.equal((await waiting(id)).seqs.includes(5001), gets, `webhook ${id} and what is new`)
      }
    })
  })
})
