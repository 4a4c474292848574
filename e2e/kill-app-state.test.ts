import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventView } from './steps/api.ts'
import { seededRandom } from './steps/talkers.ts'
import { withLinkedDevice } from './steps/with-device.ts'

const seed = Number(process.env['KILL_SEED'] ?? 20261130)
const kills = 3
const collections = ['critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular']

interface Label {
  readonly label_id: string
  readonly name: string
}

describe(`a gateway killed ${kills} times while the phone and the API change labels (seed ${seed})`, () => {
  it('knows what the phone knows, and was told of each change once', { timeout: 180_000 }, async () => {
    const random = seededRandom(seed)
    await withLinkedDevice({ seed }, async ({ gateway, device, phone }) => {
      const byPhone = new Set<string>()
      for (let round = 0; round < kills; round++) {
        let running = true
        const phoneWrites = (async () => {
          for (let i = 0; running && i < 30; i++, await sleep(10 + random() * 40)) {
            const name = `phone ${round}.${i}`
            await phone.appState.editLabel(String(1000 + round * 100 + i), { name })
            byPhone.add(name)
          }
        })()
        const apiWrites = (async () => {
          for (let i = 0; running && i < 30; i++, await sleep(10 + random() * 40)) {
            await device.call('POST', '/labels', { name: `api ${round}.${i}` }).catch(() => {})
          }
        })()
        await sleep(300 + random() * 900)
        await gateway.kill9()
        running = false
        await Promise.all([phoneWrites, apiWrites])
        await gateway.start()
        await device.connected()
      }
      const ofPhone = () => phone.appState.labels().map(({ id, name }) => `${id} ${name}`)
      const ofGateway = async () => {
        const { body } = await device.call<{ labels: Label[] }>('GET', '/labels')
        return body.data.labels.map(({ label_id, name }) => `${label_id} ${name}`)
      }
      const deadline = AbortSignal.timeout(60_000)
      while ((await ofGateway()).sort().join() !== ofPhone().sort().join()) {
        deadline.throwIfAborted()
        await sleep(100)
      }
      const made = await device.call('POST', '/labels', { name: 'at the end' })
      assert.equal(made.status, 200, JSON.stringify(made.body))
      const told = Map.groupBy(await device.events(['label.edit']), ({ data }: EventView) => {
        return String((data['action_raw'] as { name?: string } | null)?.name)
      })
      for (const name of byPhone) assert.equal(told.get(name)?.length, 1, name)
      const written = collections.filter((name) => phone.appState.versionOf(name) > 0)
      for (const name of written) await phone.appState.checkSnapshot(name)
      assert.deepEqual(phone.violations, [])
      assert.ok(byPhone.size > kills)
    })
  })
})
