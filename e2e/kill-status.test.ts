import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Phone, Sandbox } from '@switchboard/sandbox'
import { seedSilentPeople } from '@switchboard/sandbox/load'
import type { DeviceApi } from './steps/api.ts'
import { withLinkedDevice } from './steps/with-device.ts'

const silent = 400
/** Of how many people the keys have been asked for when it is killed. */
const kills = [40, 300]

interface Posted {
  readonly status_id: string
  readonly recipients: number
}

describe(`a gateway killed ${kills.length} times while it sends a status to ${silent} people`, () => {
  it('posts it once to all of them', { timeout: 240_000 }, async () => {
    await withLinkedDevice({ seed: 32 }, async ({ sandbox, gateway, device }) => {
      const numbers = await seedSilentPeople(sandbox, silent)
      const readers = await Promise.all(['Bob', 'Cid'].map((name) => sandbox.phone({ name })))
      const asked = () => numbers.filter((number) => !hasPreKey(sandbox, number)).length
      const recipients = [readers[0]!.id, ...numbers, readers[1]!.id]
      const post = () => postOnce(device, { text: 'to all of you', recipients, wait: 60 })
      for (const count of kills) {
        const cut = post().catch(() => {})
        while (asked() < count) await sleep(5)
        await gateway.kill9()
        await cut
        assert.ok(asked() < silent, 'it was killed in the middle')
        assert.deepEqual(readers.flatMap(postsOf), [])
        await gateway.start()
      }
      await device.connected()
      const posted = await post()
      assert.equal(posted.recipients, silent + readers.length)
      while (readers.some((reader) => postsOf(reader).length === 0)) await sleep(20)
      const next = await device.call<Posted>('POST', '/status', { text: 'and again', recipients, wait: 60 })
      while (readers.some((reader) => postsOf(reader).length < 2)) await sleep(20)
      for (const reader of readers) assert.deepEqual(postsOf(reader), [posted.status_id, next.body.data.status_id])
      const log = sandbox.world.log.since(0)
      const routed = log.filter(
        ({ type, ...event }) => type === 'message.routed' && JSON.stringify(event).includes(posted.status_id),
      )
      assert.equal(routed.length, 1)
      assert.deepEqual(
        log.filter(({ type }) => type === 'phone.undecryptable'),
        [],
      )
      const all = await device.call<{ statuses: Posted[] }>('GET', '/status')
      assert.equal(all.body.data.statuses.length, 2)
      assert.deepEqual(sandbox.unhandled, [])
    })
  })
})

const postsOf = (phone: Phone): string[] => phone.status.list().map(({ id }) => id)

const hasPreKey = ({ world }: Sandbox, number: string): boolean =>
  (world.account(`${number}@s.whatsapp.net`)?.devices.get(0)?.preKeys.size ?? 0) > 0

async function postOnce(device: DeviceApi, body: object): Promise<Posted> {
  const answer = await device.call<Posted>('POST', '/status', body, { 'idempotency-key': 'the-status' })
  if (!answer.body.data) throw new Error(`a post was answered with ${answer.status}: ${answer.body.message}`)
  return answer.body.data
}
