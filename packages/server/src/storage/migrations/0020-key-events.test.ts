import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DeliveryStore } from '../delivery-store.ts'
import { bytesIn, keyWithDevices, makeFormerDatabase } from '../testing/former-database.ts'
import { withDatabases } from '../testing/with-databases.ts'
import { WebhookStore } from '../webhook-store.ts'
import { keyEvents } from './0020-key-events.ts'

describe('a database with webhooks from before API keys had any', () => {
  withDatabases((open, freshTarget) => {
    it('keeps its webhooks, their filters and what waits for them', async () => {
      const target = await freshTarget()
      const bytes = bytesIn(target, '01')
      await makeFormerDatabase(target, keyEvents, [
        ...keyWithDevices(bytes, ['d'], 1),
        `insert into webhook (device_id, url, secret_sealed, all_events, active, created_at, updated_at)
          values ('d', 'https://example.com/', ${bytes}, 0, 1, 1, 1)`,
        `insert into webhook_event (webhook_id, event_type) select id, 'a' from webhook`,
        `insert into event (id, device_id, seq, type, payload, created_at) values ('evt_1', 'd', 1, 'a', '{}', 1)`,
        `insert into delivery (webhook_id, event_id, device_id, seq, event_type, state, next_attempt_at, created_at, updated_at)
          select id, 'evt_1', 'd', 1, 'a', 'pending', 1, 1, 1 from webhook`,
      ])
      const database = await open(target)
      const [webhook, ...more] = await new WebhookStore(database).list('d')
      assert.deepEqual([webhook?.deviceId, webhook?.events, more], ['d', ['a'], []])
      const deliveries = new DeliveryStore(database)
      const lane = { webhookId: webhook!.id, deviceId: 'd' }
      assert.deepEqual(await deliveries.waiting(), [{ ...lane, last: 1 }])
      assert.equal((await deliveries.pending(lane, await deliveries.plan(lane), 0, 10)).length, 1)
      const remove = database.query.deleteFrom('device').where('id', '=', 'd')
      await database.commit([{ query: remove.compile() }])
      for (const table of ['webhook', 'delivery_span', 'event'] as const) {
        assert.deepEqual(await database.query.selectFrom(table).selectAll().execute(), [], table)
      }
    })
  })
})
