import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { until } from '../../testing/until.ts'
import { createDeliveryPlan } from '../delivery-plan.ts'
import { singleEvent } from '../delivery-spans.ts'
import { DeliveryStore } from '../delivery-store.ts'
import { EventStore } from '../event-store.ts'
import { keyScope } from '../scope.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import { withDatabases, withPostgres } from '../testing/with-databases.ts'
import { WebhookStore } from '../webhook-store.ts'
import { deliveryStoreContract } from './delivery-store.ts'

describe('delivery store', () => {
  withDatabases(deliveryStoreContract)

  withPostgres('between connections', (open, freshTarget) => {
    it('waits for a webhook of an API key that is being deleted, and then leaves it out', async () => {
      const target = await freshTarget()
      const database = await open(target)
      const { apiKeyId, deviceId } = await insertSampleDevice(database)
      const webhooks = new WebhookStore(database)
      const hook = { url: 'https://example.com/', secretSealed: new Uint8Array([1]), events: [], active: true }
      const [goes, stays] = [
        await webhooks.create({ ...hook, scope: keyScope(apiKeyId) }, 5, 1),
        await webhooks.create({ ...hook, scope: keyScope(apiKeyId) }, 5, 1),
      ]
      const other = new pg.Client({ connectionString: 'uri' in target ? target.uri : '' })
      await other.connect()
      try {
        await other.query('begin')
        await other.query('delete from webhook where id = $1', [goes])
        const row = { id: 'evt_1', type: singleEvent, payload: '{}', backfill: false }
        const unit = [
          ...new EventStore(database).append(deviceId, [row], 1),
          ...createDeliveryPlan(database)(deviceId, [row.type], { onlyWebhook: goes }),
        ]
        const appended = database.commit(unit)
        await until('it waits', async () => {
          const { rowCount } = await other.query(`select 1 from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`)
          return rowCount === 1
        })
        await other.query('commit')
        await appended
      } finally {
        await other.end()
      }
      const deliveries = new DeliveryStore(database)
      assert.equal((await new EventStore(database).bounds(deviceId)).last, 1)
      assert.equal(await deliveries.single({ webhookId: goes, deviceId }, 'evt_1'), undefined)
      assert.equal((await deliveries.plan({ webhookId: stays, deviceId })).spans.length, 1)
    })
  })
})
