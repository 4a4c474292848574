import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice, DeviceApi } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'

describe('a gateway that waits for the file of another one', { timeout: 180_000 }, () => {
  it('has everything that was answered when the other one is killed under load', { timeout: 180_000 }, async () => {
    const { dataDir, remove } = await sqliteStore()
    const sandbox = await Sandbox.start({ seed: 21, port: await freePort(), control: true })
    const open = async () =>
      new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: sandbox.origin, env: { LOG_LEVEL: 'warn' } })
    const [first, second] = await Promise.all([open(), open()])
    try {
      await first.start()
      const key = await createApiKey(first.url, first.adminSecret, { max_devices: 1_000 })
      const starting = second.start()
      const made: DeviceApi[] = []
      let isAlive = true
      const make = async () => {
        while (isAlive) {
          const device = await createDevice(first.url, key, 'A device').catch(() => undefined)
          if (device && isAlive) made.push(device)
        }
      }
      const makers = Array.from({ length: 4 }, make)
      while (!second.output.includes('another gateway uses this database')) await sleep(50)
      const { length } = made
      while (made.length < length + 20) await sleep(20)
      isAlive = false
      await first.kill9()
      await Promise.all(makers)
      await starting
      for (const { deviceId, token } of made.slice(-60)) {
        const { status } = await new DeviceApi(second.url, deviceId, token).call('GET', '/devices/me/status')
        assert.equal(status, 200, deviceId)
      }
    } catch (error) {
      console.error(first.output, second.output)
      throw error
    } finally {
      await first.kill9()
      await second.kill9()
      await sandbox.stop()
      await remove()
    }
  })
})
