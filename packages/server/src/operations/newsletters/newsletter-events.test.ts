import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Post {
  readonly message_id: string
  readonly server_id: number
}

type Data = Readonly<Record<string, unknown>>

describe('channels', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let his: string

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    his = (await bob.channels.create({ name: 'His' })).jid
    await device.api.post('/newsletters/tos/accept', {})
  })
  after(() => gateway.stop())

  const events = async (type: string): Promise<Data[]> => {
    const { events: all } = await device.api.get<{ events: { data: Data }[] }>(`/events?limit=500&types=${type}`)
    return all.map(({ data }) => data)
  }
  const told = (type: string, fits: (data: Data) => boolean) =>
    until(`${type} is told`, async () => (await events(type)).find(fits))

  it('tell that they are followed, left, muted, described anew and ended, whoever does it', async () => {
    await device.phone.channels.follow(his)
    const joined = await told('newsletter.join', ({ newsletter_jid }) => newsletter_jid === his)
    assert.deepEqual([joined['name'], joined['role']], ['His', 'subscriber'])
    await device.api.post(`/newsletters/${his}/mute`, { mute: true })
    await told('newsletter.mute_change', ({ mute }) => mute === 'on')
    await told('newsletter.update', ({ mute }) => mute === 'on')
    await bob.channels.of(his).update({ name: 'His own', description: 'Mondays' })
    const described = await told('newsletter.update', ({ name }) => name === 'His own')
    assert.deepEqual([described['description'], described['mute']], ['Mondays', undefined])
    await device.api.delete(`/newsletters/${his}/follow`)
    await told('newsletter.leave', ({ newsletter_jid, role }) => newsletter_jid === his && role === 'guest')
    const short = (await bob.channels.create({ name: 'Short' })).jid
    await device.api.post(`/newsletters/${short}/follow`)
    await bob.channels.of(short).delete()
    await told('newsletter.update', ({ newsletter_jid, state }) => newsletter_jid === short && state === 'deleted')
  })

  it('tell their posts with the number that reactions need, new versions, and what is taken back', async () => {
    await device.api.post(`/newsletters/${his}/follow`)
    const channel = bob.channels.of(his)
    const { id, serverId = 0 } = await channel.post({ text: 'v1' })
    const came = await told('newsletter.message_received', ({ message_id }) => message_id === id)
    assert.deepEqual(
      [came['server_id'], came['text'], came['is_edit'], came['chat'], came['is_from_me']],
      [serverId, 'v1', false, his, false],
    )
    await device.api.post(`/newsletters/${his}/reaction`, { message_server_id: came['server_id'], emoji: '👍' })
    await channel.edit(serverId, 'v2')
    const edited = await told('newsletter.message_received', ({ is_edit }) => is_edit === true)
    assert.deepEqual([edited['message_id'], edited['text'], edited['server_id']], [id, 'v2', serverId])
    const stored = await device.api.get<{ text: string; edited_at: string | null }>(`/messages/${id}`)
    assert.equal(stored.text, 'v2')
    assert.ok(stored.edited_at)
    await channel.revoke(serverId)
    await told('message.deleted', ({ message_id }) => message_id === id)
    assert.equal((await device.api.get<{ text: string | null }>(`/messages/${id}`)).text, null)
  })

  it('have own posts changed and taken back, as followers see', async () => {
    const mine = (await device.api.post<{ jid: string }>('/newsletters', { name: 'Mine', description: '' })).jid
    await bob.channels.follow(mine)
    const { message_id: id } = await device.api.post<Post>(`/newsletters/${mine}/messages`, { text: 'first' })
    const seen = async () => (await bob.channels.of(mine).messages()).find((post) => post.id === id)
    await until('Bob sees it', async () => (await seen())?.message?.conversation === 'first')
    await device.api.patch(`/newsletters/${mine}/messages/${id}`, { text: 'second' })
    await until('Bob sees the new text', async () => (await seen())?.message?.conversation === 'second')
    await device.api.delete(`/newsletters/${mine}/messages/${id}`)
    await until('Bob sees that it is gone', async () => (await seen())?.revoked === true)
    await device.api.refuses('channel_not_found', 'PATCH', `/newsletters/${mine}/messages/3EB0NONE`, { text: 'x' })
    await device.api.refuses(
      'forbidden_by_whatsapp',
      'PATCH',
      `/newsletters/${his}/messages/${(await bob.channels.of(his).post({ text: 'his' })).id}`,
      {
        text: 'mine now',
      },
    )
  })

  it('take comments under their posts, once under one key', async () => {
    const { id, serverId = 0 } = await bob.channels.of(his).post({ text: 'what do you think' })
    await told('newsletter.message_received', ({ message_id }) => message_id === id)
    const keyed = device.api.with({ 'idempotency-key': 'comment-1' })
    const body = { message_server_id: serverId, comment: 'good' }
    const first = await keyed.post<Post>(`/newsletters/${his}/comments`, body)
    assert.equal((await keyed.post<Post>(`/newsletters/${his}/comments`, body)).message_id, first.message_id)
    await until('Bob sees one comment', async () => {
      const post = (await bob.channels.of(his).messages()).find((each) => each.id === id)
      return post?.comments === 1
    })
    const none = { message_server_id: 99_999, comment: 'where' }
    await device.api.refuses('message_not_found', 'POST', `/newsletters/${his}/comments`, none)
  })

  it('tell live how often posts were seen and reacted to, also after a restart, until that is ended', async () => {
    const mine = (await device.api.post<{ jid: string }>('/newsletters', { name: 'Watched', description: '' })).jid
    const { message_id: id, server_id: serverId } = await device.api.post<Post>(`/newsletters/${mine}/messages`, {
      text: 'look',
    })
    const { duration } = await device.api.post<{ duration: number }>(`/newsletters/${mine}/live`)
    assert.ok(duration > 0)
    await bob.channels.follow(mine)
    await bob.channels.of(mine).view([serverId])
    const counts = (data: Data) =>
      (data['messages'] as { message_id: string; views_count: number; reaction_counts: object }[])[0]!
    const first = await told('newsletter.live_update', (data) => counts(data).message_id === id)
    assert.deepEqual([first['newsletter_jid'], counts(first).views_count], [mine, 1])
    await gateway.restart()
    device = { ...gateway.deviceWith(device.id, device.secret, device.token), phone: device.phone }
    await gateway.connected(device)
    await until('it is watched again', async () => {
      await bob.channels.of(mine).react(serverId, '')
      await bob.channels.of(mine).react(serverId, '🎉')
      return (await events('newsletter.live_update')).some((data) => '🎉' in counts(data).reaction_counts)
    })
    await device.api.delete(`/newsletters/${mine}/live`)
  })
})
