import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { keepUp } from '../../testing/keep-up.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

type Media = { readonly state: string; readonly reason?: string } | undefined

const dayMs = 24 * 60 * 60 * 1000

describe('the policy of a device for files', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  let owner: TestDevice & { readonly phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock, environment: { SWITCHBOARD_MEDIA_QUOTA: '300K' } })
    owner = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const mediaOf = async (id: string, api = owner.api): Promise<Media> => {
    const answer = await api.call<{ media?: Media }>('GET', `/messages/${id}`)
    return answer.status === 200 ? answer.body.data.media : undefined
  }
  const comesTo = (id: string, state: string) =>
    until(`the file of ${id} is ${state}`, async () => (await mediaOf(id))?.state === state)
  const bytes = async (id: string) => {
    const response = await fetch(`${owner.api.url}/messages/${id}/media`, { headers: owner.api.headers })
    return Buffer.from(await response.arrayBuffer())
  }
  const downloaded = async () => {
    const { events } = await owner.api.get<{ events: { data: { message_id: string } }[] }>(
      '/events?types=media.downloaded&limit=200',
    )
    return events.map(({ data }) => data.message_id)
  }
  /** Files on the disk. */
  const kept = async (): Promise<string[]> => {
    const found = await readdir(`${gateway.dataDir}/media/kept`, { recursive: true, withFileTypes: true })
    return found.filter((entry) => entry.isFile()).map(({ name }) => name)
  }
  const upkeep = () => keepUp(gateway, clock.now())

  it('is the setting of the server until the device sets its own, and again when it wants', async () => {
    const usual = { mode: 'on_demand', max_bytes: 16 * 1024 * 1024, own: false }
    const { types: _, ...policy } = await owner.api.get<Record<string, unknown>>('/devices/me/media-policy')
    assert.deepEqual(policy, usual)
    await owner.api.post('/devices/me/media-policy', { mode: 'auto', types: ['image'], max_bytes: 50_000 })
    await gateway.restart()
    owner = { ...gateway.deviceWith(owner.id, owner.secret, owner.token), phone: owner.phone }
    await gateway.connected(owner)
    assert.deepEqual(await owner.api.get('/devices/me/media-policy'), {
      ...{ mode: 'auto', types: ['image'], max_bytes: 50_000, own: true },
    })
    await owner.api.post('/devices/me/media-policy', { mode: 'default' })
    assert.equal((await owner.api.get<{ own: boolean }>('/devices/me/media-policy')).own, false)
  })

  it('fetches files at once by type and size, without anybody asking', async () => {
    await owner.api.post('/devices/me/media-policy', { mode: 'auto', types: ['image'], max_bytes: 50_000 })
    const wanted = randomBytes(20_000)
    const [large, other] = [
      await bob.send(owner.phone.id, { image: { data: randomBytes(60_000) } }),
      await bob.send(owner.phone.id, { document: { data: randomBytes(100) } }),
    ]
    const { id } = await bob.send(owner.phone.id, { image: { data: wanted } })
    await comesTo(id, 'stored')
    assert.deepEqual([(await mediaOf(large.id))?.state, (await mediaOf(other.id))?.state], ['remote', 'remote'])
    assert.deepEqual(await downloaded(), [id])
    bob.media.expire(id)
    assert.ok((await bytes(id)).equals(wanted), 'it needs WhatsApp no more')
  })

  it('keeps one copy of what came twice, and asks the phone for what WhatsApp has no longer', async () => {
    const data = randomBytes(10_000)
    const before = (await kept()).length
    const ids = [
      await bob.send(owner.phone.id, { image: { data } }),
      await bob.send(owner.phone.id, { image: { data } }),
    ]
    for (const { id } of ids) await comesTo(id, 'stored')
    assert.equal((await kept()).length, before + 1)
    // The device is away when it comes, and its link ends before it is back.
    gateway.sandbox!.disconnect(gateway.services.sessions.account(owner.id)!.jid, 0)
    const { id } = await bob.send(owner.phone.id, { image: { data: randomBytes(5_000) } })
    // The phone has it before the link ends.
    await owner.phone.until.message((message) => message.id === id)
    bob.media.expire(id)
    await comesTo(id, 'stored')
  })

  it('goes on with what was due after the process ended in the middle of it', async () => {
    const releases = [gateway.sandbox!.world.media.downloadFaults.holdNext()]
    const data = randomBytes(6_000)
    const { id } = await bob.send(owner.phone.id, { image: { data } })
    await comesTo(id, 'remote')
    await gateway.halt()
    for (const release of releases) release()
    await gateway.start()
    owner = { ...gateway.deviceWith(owner.id, owner.secret, owner.token), phone: owner.phone }
    await comesTo(id, 'stored')
    assert.ok((await bytes(id)).equals(data))
  })

  it('stores no more than the quota of the API key, and hands out the rest all the same', async () => {
    await owner.api.post('/devices/me/media-policy', { max_bytes: 1_000_000 })
    const data = randomBytes(290_000)
    const { id } = await bob.send(owner.phone.id, { image: { data } })
    await until('it found no room', async () => (await mediaOf(id))?.reason === 'quota_exceeded')
    assert.ok((await bytes(id)).equals(data))
    assert.equal((await mediaOf(id))?.state, 'remote')
    const part = await fetch(`${owner.api.url}/messages/${id}/media`, {
      headers: { ...owner.api.headers, range: 'bytes=5-' },
    })
    assert.equal(part.status, 200)
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(data))
  })

  it('lets go of what is old, and of what was deleted, when no other message has it', async () => {
    const data = randomBytes(7_000)
    const [one, other] = [
      await bob.send(owner.phone.id, { image: { data } }),
      await bob.send(owner.phone.id, { image: { data } }),
    ]
    for (const { id } of [one, other]) await comesTo(id, 'stored')
    const count = (await kept()).length
    await bob.send(owner.phone.id, { revoke: { message: one.id } })
    await until('it is taken back', async () => (await mediaOf(one.id)) === undefined)
    clock.pass(2 * 60 * 60 * 1000)
    await upkeep()
    assert.equal((await kept()).length, count, 'the other message has it still')
    await bob.send(owner.phone.id, { revoke: { message: other.id } })
    await until('it is taken back', async () => (await mediaOf(other.id)) === undefined)
    await upkeep()
    assert.equal((await kept()).length, count - 1)
    clock.pass(31 * dayMs)
    await upkeep()
    assert.deepEqual(await kept(), [])
  })
})
