import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { call, createApiKey } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'
import { linkTalker, repeatUnanswered, seededRandom, settled, talk, verifyTalker } from './steps/talkers.ts'
import { WebhookReceiver } from './steps/webhook-receiver.ts'

/** Room for some messages, and not for all that will be said. */
const roomBytes = 64 * 1024

describe('a gateway on a disk that fills up while phones talk', { timeout: 300_000 }, () => {
  it('refuses what it cannot store, acknowledges none of it, and has everything once there is room', {
    timeout: 300_000,
  }, async () => {
    const { dataDir, remove } = await sqliteStore()
    const sandbox = await Sandbox.start({ seed: 12, port: await freePort(), control: true })
    const gateway = new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: sandbox.origin })
    const hooks = await WebhookReceiver.start()
    try {
      await gateway.start()
      const apiKey = await createApiKey(gateway.url, gateway.adminSecret)
      const talker = await linkTalker(sandbox, gateway, apiKey, hooks, { n: 0, friends: 2 })
      await gateway.stop()
      await gateway.start({ fileBytes: statSync(join(dataDir, 'switchboard.db')).size + roomBytes })
      await talker.device.connected()
      for (let round = 0; talker.unanswered.size < 5; round++) {
        assert.ok(round < 200, 'the disk never filled up')
        const stopTalking = talk([talker], seededRandom(round), round)
        await new Promise((resolve) => setTimeout(resolve, 500))
        await stopTalking()
      }
      const refused = await talker.device.call('POST', '/webhooks', { url: 'http://127.0.0.1:9/' })
      const ready = await call(`${gateway.url}/readyz`)
      assert.deepEqual([refused.status, refused.body.error_code], [503, 'not_ready'], JSON.stringify(refused.body))
      assert.deepEqual([ready.status, ready.body.error_code], [503, 'not_ready'], 'a full disk is not ready')
      assert.equal((await talker.device.call('GET', '/events')).status, 200, 'what is there can be read')
      assert.match(gateway.output, /ERROR .*the database takes no changes/)
      await gateway.stop()

      await gateway.start()
      await talker.device.connected()
      assert.ok((await repeatUnanswered([talker])) >= 5)
      await settled(talker)
      await verifyTalker(talker, { allArrive: true })
      assert.deepEqual(talker.odd, [], 'nobody was answered anything but a success or "later"')
    } catch (error) {
      console.error(gateway.output)
      throw error
    } finally {
      await gateway.kill9()
      await hooks.stop()
      await sandbox.stop()
      await remove()
    }
  })
})
