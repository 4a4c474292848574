import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withDatabases } from '../storage/testing/with-databases.ts'
import { startTestGateway } from './start-test-gateway.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

const [first, second, third] = ['1a', '2b', '3c'].map((byte) => byte.repeat(32)) as [string, string, string]

describe('the master key', () => {
  withDatabases((_open, freshTarget) => {
    it('is changed by giving the old one once more, and refused when it opens nothing', async () => {
      const target = await freshTarget()
      const uri = target.type === 'sqlite' ? target.file : target.uri
      const store = { WHATSAPP_DATASTORE_TYPE: target.type, WHATSAPP_DATASTORE_URI: uri }
      const gateway = await startTestGateway({
        sandbox: true,
        environment: { ...store, SWITCHBOARD_MASTER_KEY: first },
      })
      const [hook, hookOfKey] = [await WebhookReceiver.start(), await WebhookReceiver.start()]
      try {
        const key = await gateway.createKey()
        const { id, secret, token, phone } = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
        const device = () => gateway.deviceWith(id, secret, token)
        await device().api.post('/webhooks', { url: hook.url, events: ['message.received'] })
        await key.api.post('/webhooks', { url: hookOfKey.url, events: ['message.received'] })
        const bob = await gateway.phone('Bob')
        const worksWith = async (text: string) => {
          await gateway.connected(device())
          await bob.send(phone.id, { text })
          for (const each of [hook, hookOfKey]) await each.until(({ raw }) => raw.includes(text))
        }

        await gateway.restart({ SWITCHBOARD_MASTER_KEY: second, SWITCHBOARD_MASTER_KEY_PREVIOUS: `${third},${first}` })
        await worksWith('under both keys')
        await gateway.restart({ SWITCHBOARD_MASTER_KEY: second })
        await worksWith('under the new key alone')
        await assert.rejects(gateway.restart({ SWITCHBOARD_MASTER_KEY: first }), {
          name: 'ConfigError',
          message: /^SWITCHBOARD_MASTER_KEY is a value that is not shown: [^\n]*SWITCHBOARD_MASTER_KEY_PREVIOUS$/,
        })
        await gateway.start({ SWITCHBOARD_MASTER_KEY: third, SWITCHBOARD_MASTER_KEY_PREVIOUS: second })
        await worksWith('under a third')
      } finally {
        await gateway.stop()
        await Promise.all([hook.stop(), hookOfKey.stop()])
      }
    })
  })
})
