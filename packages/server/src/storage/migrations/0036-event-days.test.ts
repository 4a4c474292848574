import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { listConnectionEvents } from '../connection-events.ts'
import { pruneEvents } from '../event-retention.ts'
import { EventStore } from '../event-store.ts'
import { KeyLogStore } from '../key-log-store.ts'
import { bytesIn, keyWithDevices, makeFormerDatabase, numbersTo } from '../testing/former-database.ts'
import { withDatabases } from '../testing/with-databases.ts'
import { eventDays } from './0036-event-days.ts'

const eventsOfDevice = 1200

const filled = (bytes: string): string[] => [
  ...keyWithDevices(bytes, ['d', 'other'], eventsOfDevice),
  ...['d', 'other'].map(
    (id) => `insert into event (id, device_id, seq, type, payload, backfill, created_at)
      select 'evt_${id}_' || i, '${id}', i, case when i % 100 = 0 then 'connection.lost' else 'a' end, '{"n":' || i || '}', i % 2, i
      from ${numbersTo(eventsOfDevice)}`,
  ),
  `insert into key_log (api_key_id, last, pruned_to) select id, ${2 * eventsOfDevice}, 0 from api_key`,
  ...['d', 'other'].flatMap((id, place) => [
    `insert into key_log_run (api_key_id, first_position, device_id, first_seq, last_seq)
      select id, ${place * eventsOfDevice + 1}, '${id}', 1, ${eventsOfDevice} from api_key`,
    `insert into key_log_device (device_id, numbered_to) values ('${id}', ${eventsOfDevice})`,
  ]),
]

describe('a database with an event log that is not cut by day', () => {
  withDatabases((open, freshTarget) => {
    it('keeps every event, continues its numbers, and forgets by age as before', async () => {
      const target = await freshTarget()
      await makeFormerDatabase(target, eventDays, filled(bytesIn(target, '0102')))
      const database = await open(target)
      const events = new EventStore(database)
      for (const device of ['d', 'other']) {
        const { events: read } = await events.read(device, { after: 0, limit: 5000 })
        assert.equal(read.length, eventsOfDevice)
        for (const [place, event] of read.entries()) {
          const seq = place + 1
          const { id, payload, backfill, createdAt } = event
          const expected = [seq, `evt_${device}_${seq}`, `{"n":${seq}}`, seq % 2 === 1, seq]
          assert.deepEqual([event.seq, id, payload, backfill, createdAt], expected)
        }
      }
      const rows = [1, 2].map((n) => ({ id: `evt_new${n}`, type: 'connection.made', payload: '{}', backfill: false }))
      await database.commit(events.append('d', rows, Date.now()))
      const { events: last } = await events.read('d', { after: eventsOfDevice - 1, limit: 10 })
      assert.deepEqual(
        last.map(({ seq }) => seq),
        [eventsOfDevice, eventsOfDevice + 1, eventsOfDevice + 2],
      )
      const connection = await listConnectionEvents(database, 'd', { before: 9999, limit: 4 })
      assert.deepEqual(
        connection.map(({ seq }) => seq),
        [1202, 1201, 1200, 1100],
      )
      const log = new KeyLogStore(database)
      await log.number(1)
      const { events: positioned } = await log.read(1, { after: 2 * eventsOfDevice - 1, limit: 10 })
      assert.deepEqual(
        positioned.map(({ position, deviceId, seq }) => [position, deviceId, seq]),
        [
          [2400, 'other', 1200],
          [2401, 'd', 1201],
          [2402, 'd', 1202],
        ],
      )
      await pruneEvents(database, 1001)
      assert.deepEqual(await events.bounds('d'), { prunedTo: 1000, last: 1202 })
      assert.equal((await events.read('d', { after: 0, limit: 5000 })).events[0]?.seq, 1001)
      await database.commit([{ query: sql`delete from device where id = 'd'`.compile(database.query) }])
      assert.deepEqual((await events.read('d', { after: 0, limit: 10 })).events, [], 'it goes with its device')
    })
  })
})
