import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { until } from '../../testing/until.ts'
import { EventStore } from '../event-store.ts'
import { KeyLogStore } from '../key-log-store.ts'
import { insertSampleDevice, sampleDevice } from '../testing/sample-rows.ts'
import { withDatabases, withPostgres } from '../testing/with-databases.ts'
import { keyLogStoreContract } from './key-log-store.ts'

describe('the log of an API key', () => {
  withDatabases(keyLogStoreContract)

  withPostgres('between connections', (open, freshTarget) => {
    it('waits for a device that is being deleted, and then leaves it out', async () => {
      const target = await freshTarget()
      const database = await open(target)
      const { apiKeyId, deviceId: stays } = await insertSampleDevice(database)
      const goes = sampleDevice(apiKeyId)
      await database.commit([{ query: database.query.insertInto('device').values(goes).compile() }])
      const events = new EventStore(database)
      for (const [n, device] of [goes.id, stays].entries()) {
        const row = { id: `evt_${n}`, type: 'a', payload: '{}', backfill: false }
        await database.commit(events.append(device, [row], 1))
      }
      const store = new KeyLogStore(database)
      const other = new pg.Client({ connectionString: 'uri' in target ? target.uri : '' })
      await other.connect()
      try {
        await other.query('begin')
        await other.query('delete from device where id = $1', [goes.id])
        const numbered = store.number(apiKeyId)
        await until('it waits', async () => {
          const { rowCount } = await other.query(`select 1 from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`)
          return rowCount === 1
        })
        await other.query('commit')
        await numbered
      } finally {
        await other.end()
      }
      const { events: told } = await store.read(apiKeyId, { after: 0, limit: 10 })
      assert.deepEqual(
        told.map(({ deviceId, seq, position }) => [deviceId, seq, position]),
        [[stays, 1, 1]],
      )
    })
  })
})
