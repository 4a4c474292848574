import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { call, createApiKey, createDevice, DeviceApi } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'
import { WebhookReceiver } from './steps/webhook-receiver.ts'

/** Every file of the data directory except the generated secrets themselves. */
const filesOf = (dataDir: string): Buffer =>
  Buffer.concat(
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('secrets'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  )

describe('what a gateway writes down', () => {
  it('shows no secret in its files, and no secret, text, name or number in its most talkative log', {
    timeout: 300_000,
  }, async () => {
    const { dataDir, remove } = await sqliteStore()
    const sandbox = await Sandbox.start({ seed: 11, port: await freePort(), control: true })
    const env = { LOG_LEVEL: 'debug', WHATSAPP_LOG_LEVEL: 'debug', LOG_FORMAT: 'json' }
    const gateway = new GatewayProcess({ dataDir, env, port: await freePort(), sandboxUrl: sandbox.origin })
    const hook = await WebhookReceiver.start()
    let output = ''
    try {
      await gateway.start()
      const apiKey = await createApiKey(gateway.url, gateway.adminSecret)
      const made = await createDevice(gateway.url, apiKey, 'Shop')
      const replaced = await call<{ token: string; device_secret: string }>(`${gateway.url}/devices`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey },
        body: { device_name: 'Second' },
      })
      const deviceSecret = replaced.body.data.device_secret
      const device = new DeviceApi(gateway.url, made.deviceId, made.token)
      const webhook = await device.call<{ secret: string }>('POST', '/webhooks', { url: hook.url })
      const webhookSecret = webhook.body.data.secret
      hook.useSecret(webhookSecret)
      const [owner, friend] = [
        await sandbox.phone({ name: 'Wilhelmina' }),
        await sandbox.phone({ name: 'Bartholomew' }),
      ]
      await owner.scan(await device.loginQr())
      await device.connected()
      const [said, heard] = ['a findable farewell', 'a findable greeting']
      await device.sendText(friend.id, said, 'key-of-this-send')
      await friend.until.message((message) => message.text === said)
      await friend.send(owner.jid, { text: heard })
      await hook.until((received) => received.some(({ type }) => type === 'message.received'), 60_000)
      const proxy = { proxy_url: `http://proxy-user:proxy-password@127.0.0.1:${await freePort()}` }
      assert.equal((await device.call('POST', '/devices/me/proxy', proxy)).status, 200)
      await device.call('GET', '/devices/me', undefined, { authorization: 'Bearer not.a.token' })
      await call(`${gateway.url}/admin/stats`, { headers: { 'x-admin-secret': 'wrong-secret-of-the-operator' } })
      const whileRunning = filesOf(dataDir)
      output = gateway.output
      await gateway.stop()

      const files = Buffer.concat([whileRunning, filesOf(dataDir)])
      const masterKey = readFileSync(join(dataDir, 'secrets/master-key'), 'utf8').trim()
      const secrets = [apiKey, deviceSecret, made.token, webhookSecret, webhookSecret.replace('whsec_', '')]
      secrets.push('proxy-password', gateway.adminSecret, masterKey, 'not.a.token', 'wrong-secret-of-the-operator')
      assert.ok(files.includes(heard), 'what is no secret is found by this search')
      for (const secret of secrets) assert.ok(!files.includes(secret), `a file holds ${secret}`)
      assert.ok(!files.includes(Buffer.from(masterKey, 'hex')), 'a file holds the bytes of the master key')
      assert.match(output, /"answered"/, 'the log is talkative')
      const personal = [said, heard, owner.id, friend.id, 'Wilhelmina', 'Bartholomew', 'key-of-this-send']
      for (const text of [...secrets, ...personal]) {
        const place = output.indexOf(text)
        assert.equal(place, -1, `the log holds ${text}: ${output.slice(Math.max(0, place - 300), place + 100)}`)
      }
    } finally {
      await gateway.kill9()
      await hook.stop()
      await sandbox.stop()
      await remove()
    }
  })
})
