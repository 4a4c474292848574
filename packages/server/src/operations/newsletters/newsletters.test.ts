import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Channel {
  jid: string
  name: string
  description: string
  role: string
  subscriber_count: number
  invite_link: string
}

interface Post {
  server_id: number
  message_id: string
  text: string
  views: number
  reactions: Record<string, number>
}

describe('operations on channels', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const make = async (name: string) => {
    await device.api.post('/newsletters/tos/accept', {})
    return device.api.post<Channel>('/newsletters', { name, description: 'About everything' })
  }
  const posts = (jid: string, query = '') => device.api.get<Post[]>(`/newsletters/${jid}/messages${query}`)

  it('are made once for a repeated key, changed, listed and ended', async () => {
    await device.api.post('/newsletters/tos/accept', {})
    const keyed = device.api.with({ 'idempotency-key': 'channel-1' })
    const made = await keyed.post<Channel>('/newsletters', { name: 'News', description: 'Mondays' })
    assert.deepEqual(await keyed.post<Channel>('/newsletters', { name: 'News', description: 'Mondays' }), made)
    assert.deepEqual([made.name, made.description, made.role], ['News', 'Mondays', 'owner'])
    await device.api.patch(`/newsletters/${made.jid}`, { name: 'Newer' })
    const listed = await device.api.get<Channel[]>('/newsletters')
    assert.deepEqual(
      listed.filter(({ jid }) => jid === made.jid).map(({ name }) => name),
      ['Newer'],
    )
    await device.api.delete(`/newsletters/${made.jid}`)
    await device.api.refuses('channel_not_found', 'GET', `/newsletters/${made.jid}`)
  })

  it('are followed and left, by address and by link', async () => {
    const his = await bob.channels.create({ name: 'His' })
    const shown = await device.api.get<Channel>(`/newsletters/${his.jid}`)
    assert.deepEqual([shown.name, shown.role], ['His', 'guest'])
    const code = shown.invite_link.slice(shown.invite_link.lastIndexOf('/') + 1)
    assert.equal((await device.api.get<Channel>(`/newsletters/invite/${code}`)).jid, his.jid)
    await device.api.post(`/newsletters/${his.jid}/follow`)
    const following = await device.api.get<Channel>(`/newsletters/${his.jid}`)
    assert.deepEqual([following.role, following.subscriber_count], ['subscriber', 2])
    await device.api.delete(`/newsletters/${his.jid}/follow`)
    assert.equal((await device.api.get<Channel>(`/newsletters/${his.jid}`)).role, 'guest')
    await device.api.refuses('forbidden_by_whatsapp', 'PATCH', `/newsletters/${his.jid}`, { name: 'Mine' })
    await device.api.refuses('forbidden_by_whatsapp', 'POST', `/newsletters/${his.jid}/messages`, { text: 'x' })
  })

  it('take posts, which followers read, react to and have seen', async () => {
    const mine = await make('Mine')
    await bob.channels.follow(mine.jid)
    const keyed = device.api.with({ 'idempotency-key': 'post-1' })
    const path = `/newsletters/${mine.jid}/messages`
    const sent = await keyed.post<{ message_id: string; server_id: number }>(path, { text: 'Sale on Monday' })
    assert.deepEqual(await keyed.post(path, { text: 'Sale on Monday' }), sent)
    const seen = await until('Bob sees it', async () => {
      const all = await bob.channels.of(mine.jid).messages()
      return all.find(({ message }) => JSON.stringify(message ?? {}).includes('Sale on Monday'))
    })
    assert.equal(seen.serverId, sent.server_id)
    await device.api.post(path, { text: 'Second' })
    await device.api.post(`/newsletters/${mine.jid}/reaction`, { message_server_id: sent.server_id, emoji: '👍' })
    await device.api.post(`/newsletters/${mine.jid}/viewed`, { message_server_ids: [sent.server_id] })
    const listed = await until('it was seen', async () => {
      const all = await posts(mine.jid)
      return all[0]?.views === 1 ? all : undefined
    })
    assert.deepEqual(
      listed.map(({ text, reactions }) => [text, reactions]),
      [
        ['Sale on Monday', { '👍': 1 }],
        ['Second', {}],
      ],
    )
    await device.api.post(`/newsletters/${mine.jid}/reaction`, { message_server_id: sent.server_id })
    const older = await posts(mine.jid, `?before=${listed[1]?.server_id}`)
    assert.deepEqual(
      older.map(({ text, reactions }) => [text, reactions]),
      [['Sale on Monday', {}]],
    )
    const updates = await device.api.get<Post[]>(`/newsletters/${mine.jid}/updates?count=5`)
    assert.ok(updates.some(({ server_id, views }) => server_id === sent.server_id && views === 1))
    const live = await device.api.post<{ duration: number }>(`/newsletters/${mine.jid}/live`)
    assert.ok(live.duration > 0)
  })
})
