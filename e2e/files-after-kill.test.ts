import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { until } from '../packages/server/src/testing/until.ts'
import { createApiKey, createDevice } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'

const files = 6

describe('a gateway that is killed while it fetches files by itself', () => {
  it('fetches all of them after its restart, each as it was sent', { timeout: 300_000 }, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-files-'))
    const sandbox = await Sandbox.start({ seed: 7, port: await freePort(), control: true })
    const env = { WHATSAPP_AUTO_DOWNLOAD_MEDIA: 'true' }
    const gateway = new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: sandbox.origin, env })
    try {
      await gateway.start()
      const device = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'Shop')
      const [owner, friend] = [await sandbox.phone({ name: 'Owner' }), await sandbox.phone({ name: 'Friend' })]
      await owner.scan(await device.loginQr())
      await device.connected()

      const stateOf = async (id: string) => {
        const { status, body } = await device.call<{ media?: { state: string } }>('GET', `/messages/${id}`)
        return status === 200 ? body.data.media?.state : undefined
      }
      const { downloadFaults } = sandbox.world.media
      const held = Array.from({ length: files }, () => downloadFaults.holdNext())
      const sent = new Map<string, Buffer>()
      for (let n = 0; n < files; n++) {
        const data = randomBytes(200_000 + n)
        const { id } = await friend.send(owner.jid, { image: { data } })
        sent.set(id, data)
      }
      for (const id of sent.keys()) await until(`${id} is taken`, async () => (await stateOf(id)) === 'remote')
      await gateway.kill9()
      for (const release of held) release()

      await gateway.start()
      await device.connected()
      for (const [id, data] of sent) {
        await until(`${id} is stored`, async () => (await stateOf(id)) === 'stored', 120_000)
        // WhatsApp is not asked any more.
        friend.media.expire(id)
        const answer = await fetch(`${gateway.url}/messages/${id}/media`, {
          headers: { authorization: `Bearer ${device.token}` },
        })
        assert.ok(Buffer.from(await answer.arrayBuffer()).equals(data), id)
      }
      assert.deepEqual(owner.violations, [])
    } finally {
      await gateway.kill9()
      await sandbox.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
