import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Listed {
  readonly messages: readonly { readonly message_id: string; readonly source: string; readonly timestamp: string }[]
}

interface Requested {
  readonly requested: boolean
  readonly count: number
  readonly chats: number
}

describe('history.requestSync', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  it('brings older messages of a chat, page by page, until there are no more', async () => {
    const owner = await gateway.phone('Owner')
    owner.history.seed({ chats: 2, messages: 30, recent: 5, seed: 9 })
    const { api } = await gateway.linkDevice(owner)
    const [chat] = await until('the history is stored', async () => {
      const { chats } = await api.get<{ chats: { chat_jid: string }[] }>('/chats')
      return chats.length === 2 ? chats : undefined
    })
    const path = `/chats/${chat!.chat_jid}/messages?limit=200`
    const stored = async () => (await api.get<Listed>(path)).messages
    await until('five are stored', async () => (await stored()).length === 5)
    const body = { chat_jid: chat!.chat_jid, count: 20 }
    assert.deepEqual((await api.post<Requested>('/history/sync', body)).requested, true)
    await until('twenty more came', async () => (await stored()).length === 25)
    const times = (await stored()).map(({ timestamp }) => timestamp)
    assert.deepEqual(times, [...times].sort().reverse())
    await api.post('/history/sync', body)
    await until('the rest came', async () => (await stored()).length === 30)
    const { events } = await api.get<{ events: { data: { sync_type: string } }[] }>(
      '/events?limit=200&types=history.sync',
    )
    assert.equal(events.filter(({ data }) => data.sync_type === 'ON_DEMAND').length, 2)
    const oldest = (await stored()).at(-1)!
    await api.post('/history/sync', { ...body, last_msg_id: oldest.message_id })
    await api.refuses('message_not_found', 'POST', '/history/sync', { ...body, last_msg_id: '3EB0NONE' })
  })

  it('asks for every chat when none is named, and for none when nothing is stored', async () => {
    const owner = await gateway.phone('Another')
    const device = await gateway.linkDevice(owner)
    const nothing = await device.api.post<Requested>('/history/sync', { count: 0 })
    assert.deepEqual([nothing.requested, nothing.count, nothing.chats], [false, 25, 0])
    const bob = await gateway.phone('Bob')
    await bob.send(owner.id, { text: 'one' })
    await until('it is stored', async () => (await device.api.get<{ chats: unknown[] }>('/chats')).chats.length === 1)
    const asked = await device.api.post<Requested>('/history/sync', {})
    assert.deepEqual([asked.requested, asked.count, asked.chats], [true, 25, 1])
    await device.api.refuses('message_not_found', 'POST', '/history/sync', { chat_jid: '4915700000000' })
  })
})
