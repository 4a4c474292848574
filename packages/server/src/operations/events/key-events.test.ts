import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { SocketClient, type Told } from '../../testing/socket-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { StreamClient } from '../../testing/stream-client.ts'

interface Page {
  events: { id: string; device_id: string; seq: number; event_type: string }[]
  next_after: number
}

let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway()
})
after(() => gateway.stop())

const raise = (device: TestDevice, ...types: string[]) =>
  gateway.services.eventLog.append(
    device.id,
    types.map((type) => ({ type, payload: { type } })),
  )

const tenant = async () => {
  const key = await gateway.createKey()
  const [one, two] = [await gateway.createDevice(key.key), await gateway.createDevice(key.key)]
  return { key, one, two }
}

const placeOf = ({ data }: Told) => [data.device_id, data.seq]

/** Both ways to be told of events as they happen. */
const readers = {
  'events.stream': async (api: ApiClient, query: string) => {
    const client = await StreamClient.open(`${api.url}/events/stream${query}`, api.headers)
    return { take: (count: number) => client.take(count), leave: () => client.leave() }
  },
  'events.socket': async (api: ApiClient, query: string) => {
    const client = await SocketClient.open(`${api.url}/events/socket${query}`, api.headers)
    let taken = 0
    return {
      take: async (count: number) => {
        taken += count
        return (await client.take(taken)).slice(taken - count, taken)
      },
      leave: () => client.close(),
    }
  },
}

describe('the events of all devices of an API key', () => {
  it('are read as one log, in the order of each device, page by page', async () => {
    const { key, one, two } = await tenant()
    await raise(one, 'message.received', 'message.read')
    await raise(two, 'message.received')
    const first = await key.api.get<Page>('/events?limit=2')
    const second = await key.api.get<Page>(`/events?limit=2&after=${first.next_after}`)
    const all = [...first.events, ...second.events]
    assert.equal(new Set(all.map(({ id }) => id)).size, 3)
    assert.deepEqual(
      all.filter(({ device_id }) => device_id === one.id).map(({ seq }) => seq),
      [1, 2],
    )
    assert.deepEqual(await key.api.get(`/events?after=${second.next_after}`), {
      events: [],
      next_after: second.next_after,
    })
    const late = await gateway.createDevice(key.key)
    await raise(late, 'message.read')
    const third = await key.api.get<Page>(`/events?after=${second.next_after}&types=message.read`)
    assert.deepEqual(
      third.events.map(({ device_id, seq }) => [device_id, seq]),
      [[late.id, 1]],
    )
  })

  it('have cursors of their own, which say when they are too old or too new', async () => {
    const { key, one } = await tenant()
    await raise(one, 'message.read')
    const refused = await key.api.refuses('cursor_ahead', 'GET', '/events?after=7')
    assert.deepEqual(refused.body.details, { newest_seq: 1 })
    await key.api.refuses('cursor_ahead', 'GET', '/events/stream?after=7')
    await key.api.refuses('cursor_ahead', 'GET', '/events/socket?after=7')
  })

  it('count for the device when a token comes with the key', async () => {
    const { key, one, two } = await tenant()
    await raise(one, 'message.read')
    await raise(two, 'message.read')
    const both = key.api.with({ authorization: `Bearer ${two.token}` })
    assert.deepEqual(
      (await both.get<Page>('/events')).events.map(({ device_id }) => device_id),
      [two.id],
    )
    await key.api.with({ authorization: 'Bearer x.y.z' }).refuses('unauthorized', 'GET', '/events')
  })

  it('are gone with their key, and so are its webhooks and what waited for them', async () => {
    const { key, one } = await tenant()
    await key.api.post('/webhooks', { url: 'http://127.0.0.1:9/' })
    const reader = await SocketClient.open(`${key.api.url}/events/socket`, key.api.headers)
    await raise(one, 'message.read')
    await reader.take(1)
    await gateway.admin.delete(`/admin/api-keys/${key.id}`)
    await raise(await gateway.createDevice(), 'message.read')
    const { query } = gateway.services.database
    const { id } = key
    for (const table of ['webhook', 'key_log', 'key_log_run'] as const) {
      assert.deepEqual(await query.selectFrom(table).selectAll().where('api_key_id', '=', id).execute(), [], table)
    }
    for (const table of ['delivery_span', 'delivery_state', 'delivery_log'] as const) {
      const left = query.selectFrom(table).selectAll().where('device_id', '=', one.id)
      assert.deepEqual(await left.execute(), [], table)
    }
    reader.close()
  })

  for (const [name, open] of Object.entries(readers)) {
    it(`are told live by ${name}, from a cursor on, also those of a device that is added later`, async () => {
      const { key, one, two } = await tenant()
      const stranger = await gateway.createDevice()
      await raise(one, 'message.received')
      await raise(two, 'message.received')
      const { next_after } = await key.api.get<Page>('/events?limit=1')
      const reader = await open(key.api, `?after=${next_after}`)
      await reader.take(1)
      await raise(stranger, 'message.received')
      await raise(one, 'message.read')
      const late = await gateway.createDevice(key.key)
      await raise(late, 'message.read')
      const told = await reader.take(2)
      assert.deepEqual(told.map(placeOf), [
        [one.id, 2],
        [late.id, 1],
      ])
      assert.deepEqual(
        told.map(({ id }) => id),
        [3, 4],
      )
      reader.leave()
      const again = await open(key.api, '?after=3')
      assert.deepEqual((await again.take(1)).map(placeOf), [[late.id, 1]])
      await raise(two, 'message.read', 'message.played')
      assert.deepEqual((await again.take(2)).map(placeOf), [
        [two.id, 2],
        [two.id, 3],
      ])
      again.leave()
    })

    it(`reach each of several readers of ${name}, while several devices write`, async () => {
      const { key, one, two } = await tenant()
      const open3 = await Promise.all([
        open(key.api, ''),
        open(key.api, '?after=0'),
        open(key.api, '?types=message.read'),
      ])
      const write = async (device: TestDevice) => {
        for (let n = 0; n < 20; n++) await raise(device, 'message.read')
      }
      await Promise.all([write(one), write(two)])
      for (const reader of open3) {
        const told = await reader.take(40)
        assert.deepEqual(
          told.map(({ id }) => id),
          Array.from({ length: 40 }, (_, index) => index + 1),
        )
        for (const device of [one, two]) {
          assert.deepEqual(
            told.filter(({ data }) => data.device_id === device.id).map(({ data }) => data.seq),
            Array.from({ length: 20 }, (_, index) => index + 1),
          )
        }
        reader.leave()
      }
    })
  }
})
