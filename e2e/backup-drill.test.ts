import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createApiKey, createDevice, DeviceApi } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'
import { runTool } from './steps/tool.ts'
import { withLinkedDevice } from './steps/with-device.ts'

/** The machine of a gateway is lost, and another one continues from the backup. Nobody links a device again. */
describe('a backup of a gateway under load', () => {
  it('has all that was answered before it, and a gateway elsewhere works with it', { timeout: 180_000 }, async () => {
    const elsewhere = await sqliteStore()
    try {
      const [file, secret] = [join(elsewhere.dataDir, 'backup'), join(elsewhere.dataDir, 'passphrase')]
      writeFileSync(secret, 'a passphrase of a drill\n')
      const passphrase = ['--passphrase-file', secret]
      await withLinkedDevice({ seed: 31 }, async ({ sandbox, gateway, device, phone, dataDir }) => {
        const bob = await sandbox.phone({ name: 'Bob' })
        const key = await createApiKey(gateway.url, gateway.adminSecret, { max_devices: 10_000 })
        const answered = { texts: [] as string[], devices: [] as DeviceApi[] }
        let isAlive = true
        const write = async () => {
          for (let n = 0; isAlive; n++) {
            const { status } = await device.sendText(bob.jid, `text ${n}`)
            if (status === 200) answered.texts.push(`text ${n}`)
          }
        }
        const make = async () => {
          while (isAlive) answered.devices.push(await createDevice(gateway.url, key, 'A device'))
        }
        const load = [write(), make(), make(), make()]
        while (answered.texts.length < 20) await new Promise((resolve) => setTimeout(resolve, 20))
        const before = { texts: [...answered.texts], devices: [...answered.devices] }
        await runTool('backup-main.ts', [file, ...passphrase], { SWITCHBOARD_DATA_DIR: dataDir })
        isAlive = false
        await Promise.all(load)
        // What both sides write from here on is not in it.
        await device.sendText(bob.jid, 'after the backup')
        await bob.until.message(({ text }) => text === 'after the backup')
        const answer = await bob.send(phone.jid, { text: 'answered' })
        await bob.until.receipt({ id: answer.id, type: 'delivery' })
        await gateway.kill9()

        const sandboxUrl = sandbox.origin
        // The world of the devices is in the backup.
        const place = { SWITCHBOARD_DATA_DIR: elsewhere.dataDir }
        const wrong = join(dataDir, 'wrong')
        writeFileSync(wrong, 'another passphrase of a drill\n')
        const nothing = [join(dataDir, 'nothing'), ...passphrase]
        await assert.rejects(runTool('backup-main.ts', nothing, place), /There is no database/)
        await assert.rejects(runTool('restore-main.ts', [file, '--passphrase-file', wrong], place), /ended with 1/)
        assert.equal(existsSync(join(elsewhere.dataDir, 'secrets')), false, 'nothing is made for what cannot be read')
        assert.match(
          await runTool('restore-main.ts', [file, ...passphrase], place),
          /They do not connect by themselves/,
        )
        const other = new GatewayProcess({ dataDir: elsewhere.dataDir, port: await freePort(), sandboxUrl })
        try {
          await other.start()
          const moved = new DeviceApi(other.url, device.deviceId, device.token)
          for (const { deviceId, token } of before.devices.slice(-20)) {
            const { status } = await new DeviceApi(other.url, deviceId, token).call('GET', '/devices/me/status')
            assert.equal(status, 200, deviceId)
          }
          const kept = await moved.call<{ messages: { text: string | null }[] }>(
            'GET',
            `/chats/${bob.jid}/messages?limit=100`,
          )
          const texts = new Set(kept.body.data.messages.map(({ text }) => text))
          assert.deepEqual(
            before.texts.slice(-20).filter((text) => !texts.has(text)),
            [],
          )
          await moved.call('POST', '/devices/me/reconnect')
          await moved.connected()
          assert.equal((await moved.sendText(bob.jid, 'from elsewhere')).status, 200)
          await bob.until.message(({ text }) => text === 'from elsewhere')
          const asked = await bob.send(phone.jid, { text: 'to elsewhere' })
          await bob.until.receipt({ id: asked.id, type: 'delivery' })
          assert.deepEqual([...bob.violations, ...phone.violations], [])
        } finally {
          await other.kill9()
        }
      })
    } finally {
      await elsewhere.remove()
    }
  })
})
