import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withDatabases } from '../storage/testing/with-databases.ts'
import { startTestGateway } from './start-test-gateway.ts'
import { until } from './until.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

describe('a gateway from linking to deletion', () => {
  withDatabases((_open, freshTarget) => {
    it('sends, receives, delivers, starts again and forgets', async () => {
      const target = await freshTarget()
      const environment = {
        WHATSAPP_DATASTORE_TYPE: target.type,
        WHATSAPP_DATASTORE_URI: target.type === 'sqlite' ? target.file : target.uri,
      }
      const gateway = await startTestGateway({ sandbox: true, environment })
      const hook = await WebhookReceiver.start()
      try {
        const key = await gateway.createKey()
        const { phone, id, secret, token } = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
        const api = () => gateway.deviceWith(id, secret, token).api
        await api().post('/webhooks', { url: hook.url, events: ['message.received'] })
        const bob = await gateway.phone('Bob')

        await api().post(`/chats/${bob.id}/messages`, { text: 'hello Bob' })
        await bob.until.message(({ text }) => text === 'hello Bob')
        await bob.send(phone.id, { text: 'hello shop' })
        const told = await hook.until(({ body }) => body.event_type === 'message.received')
        assert.equal(told.body.device_id, id)

        await gateway.restart()
        await until('the device connects again', () => gateway.services.sessions.status(id).connected)
        await bob.send(phone.id, { text: 'and again' })
        await hook.until(({ raw }) => raw.includes('and again'))
        const { messages: stored } = await gateway.services.messages.list(id, { chat: bob.jid, limit: 10 })
        assert.deepEqual(stored.map((message) => message.text).sort(), ['and again', 'hello Bob', 'hello shop'])
        const status = await gateway.admin.get<Record<string, unknown>[]>(`/admin/api-keys/${key.id}/devices/status`)
        assert.equal(status[0]?.['is_connected'], true)
        assert.equal(status[0]?.['db_status'], 'active')

        await gateway.admin.delete(`/admin/api-keys/${key.id}`)
        await api().refuses('unauthorized', 'GET', '/devices/me')
        assert.deepEqual(phone.devices(), [], 'the phone lists no linked device any more')
        const { query } = gateway.services.database
        for (const table of [
          'device',
          'credential',
          'message',
          'event',
          'webhook',
          'delivery_span',
          'delivery_state',
          'delivery_log',
          'lid_mapping',
        ] as const) {
          assert.deepEqual(await query.selectFrom(table).selectAll().execute(), [], table)
        }
      } finally {
        await gateway.stop()
        await hook.stop()
      }
    })
  })
})
