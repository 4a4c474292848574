import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listAilingWebhooks } from '../ailing-webhooks.ts'
import { readBacklog } from '../backlog-store.ts'
import { createDeliveryPlan } from '../delivery-plan.ts'
import { DeliveryStore } from '../delivery-store.ts'
import { EventStore } from '../event-store.ts'
import { IntentStore } from '../intent-store.ts'
import { insertSampleDevice, unlimited } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'
import { WebhookStore } from '../webhook-store.ts'

/** What metrics are told of what waits. */
export function backlogStoreContract(open: OpenTestDatabase): void {
  it('is empty on a fresh database', async () => {
    assert.deepEqual(await readBacklog(await open()), {
      outbox: { count: 0, oldestAt: null },
      deliveries: { count: 0, oldestAt: null },
      deadLetters: 0,
      webhooks: { working: 0, failing: 0, off: 0 },
    })
  })

  it('counts what waits, and names the oldest of what an active webhook has not got', async () => {
    const database = await open()
    const { deviceId, apiKeyId } = await insertSampleDevice(database)
    const { apiKeyId: other } = await insertSampleDevice(database)
    const [webhooks, deliveries] = [new WebhookStore(database), new DeliveryStore(database)]
    const webhook = () =>
      webhooks.create(
        { scope: deviceId, url: 'https://example.com/', secretSealed: new Uint8Array([1]), events: [], active: true },
        10,
        1,
      )
    const [off, failing, working] = [await webhook(), await webhook(), await webhook()]
    const plan = createDeliveryPlan(database)
    const events = new EventStore(database)
    const raise = (id: string, at: number) =>
      database.commit([
        ...events.append(deviceId, [{ id, type: 'a', payload: '{}', backfill: false }], at),
        ...plan(deviceId, ['a']),
      ])
    await raise('evt_1', 100)
    await raise('evt_2', 200)
    const lane = (webhookId: number) => ({ webhookId, deviceId })
    const key = lane(failing)
    const found = await deliveries.pending(key, await deliveries.plan(key), 0, 1)
    assert.ok(found !== 'changed')
    const attempt = { attempt: 1, status: 500, error: 'failed', response: null, latencyMs: 1, at: 300 }
    await database.commit([
      deliveries.failed(key, found[0]!, attempt, 'dead', 300),
      ...deliveries.advance(lane(working), [0], 2),
      webhooks.setFailingSince(failing, 300),
      ...webhooks.disable(off, 'gone', 300),
    ])
    const intent = (message_id: string, created_at: number) => ({
      ...{ device_id: deviceId, message_id, chat: 'c', body: new Uint8Array(), options: '{}', created_at },
      ...{ state: 'queued' as const, not_before: created_at, prepared_at: null, media_id: null, ...unlimited },
    })
    const intents = new IntentStore(database)
    await database.commit([intents.insert(intent('m2', 60)), intents.insert(intent('m1', 50))])
    const waits = {
      outbox: { count: 2, oldestAt: 50 },
      deliveries: { count: 1, oldestAt: 200 },
      deadLetters: 1,
      webhooks: { working: 1, failing: 1, off: 1 },
    }
    assert.deepEqual(await readBacklog(database), waits)
    assert.deepEqual(await readBacklog(database, [], apiKeyId), waits)
    assert.deepEqual(await readBacklog(database, [], other), {
      outbox: { count: 0, oldestAt: null },
      deliveries: { count: 0, oldestAt: null },
      deadLetters: 0,
      webhooks: { working: 0, failing: 0, off: 0 },
    })
    const ailing = await listAilingWebhooks(database, { limit: 10 })
    assert.deepEqual(
      ailing.map(({ id, apiKeyId: key, disabledReason, failingSince, dead, deadSince }) => [
        ...[id, key, disabledReason, failingSince, dead, deadSince],
      ]),
      [
        [off, apiKeyId, 'gone', null, 0, null],
        [failing, apiKeyId, null, 300, 1, 300],
      ],
    )
    assert.deepEqual(await listAilingWebhooks(database, { apiKeyId, limit: 1 }), ailing.slice(0, 1))
    assert.deepEqual(await listAilingWebhooks(database, { apiKeyId: other, limit: 10 }), [])
  })
}
