import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { until } from '../packages/server/src/testing/until.ts'
import { withLinkedDevice } from './steps/with-device.ts'

const files = 6

describe('a gateway that is killed while it fetches files by itself', () => {
  it('fetches all of them after its restart, each as it was sent', { timeout: 300_000 }, async () => {
    const env = { WHATSAPP_AUTO_DOWNLOAD_MEDIA: 'true' }
    await withLinkedDevice({ seed: 7, env }, async ({ sandbox, gateway, device, phone: owner }) => {
      const friend = await sandbox.phone({ name: 'Friend' })

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
    })
  })
})
