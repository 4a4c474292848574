import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

interface Posted {
  readonly message_id: string
  readonly server_id: number
}

interface Results {
  readonly question: string
  readonly options: readonly { readonly name: string; readonly votes: number }[]
}

describe('polls in channels', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let cid: Phone
  let mine: string

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    cid = await gateway.phone('Cid')
    await device.api.post('/newsletters/tos/accept', {})
    mine = (await device.api.post<{ jid: string }>('/newsletters', { name: 'Mine', description: '' })).jid
    for (const phone of [bob, cid]) await phone.channels.follow(mine)
  })
  after(() => gateway.stop())

  const results = (channel: string, serverId: number) =>
    device.api.get<Results>(`/newsletters/${channel}/polls/results?message_server_id=${serverId}`)
  const votesIn = ({ options }: Results) => options.map(({ votes }) => votes)
  const told = (type: string, fits: (data: Data) => boolean) =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: { data: Data }[] }>(`/events?limit=500&types=${type}`)
      return events.map(({ data }) => data).find(fits)
    })

  it('are seen by followers without a secret, and count what they choose, once each and as it comes', async () => {
    const ask = { question: 'Lunch?', options: ['Pizza', 'Salad', 'Soup'] }
    const keyed = device.api.with({ 'idempotency-key': 'channel-poll' })
    const { message_id: id, server_id: serverId } = await keyed.post<Posted>(`/newsletters/${mine}/polls`, ask)
    assert.equal((await keyed.post<Posted>(`/newsletters/${mine}/polls`, ask)).server_id, serverId)
    const seen = await until('Bob sees it', async () =>
      (await bob.channels.of(mine).messages()).find((post) => post.id === id),
    )
    const poll = seen.message?.pollCreationMessageV3
    assert.deepEqual(
      [poll?.name, poll?.options?.map(({ optionName }) => optionName), poll?.selectableOptionsCount],
      [ask.question, ask.options, 1],
    )
    assert.equal(seen.message?.messageContextInfo, undefined)
    assert.deepEqual(votesIn(await results(mine, serverId)), [0, 0, 0])
    const refused = await device.api.refuses('poll_not_found', 'GET', `/polls/${id}/results`)
    assert.match(refused.body.message, /newsletters/)
    const sent = await device.api.refuses('unsupported', 'POST', `/chats/${mine}/messages`, { text: 'to a channel' })
    assert.match(sent.body.message, /newsletters/)
    await device.api.post(`/newsletters/${mine}/live`)
    await bob.channels.of(mine).vote(serverId, ['Pizza'])
    await cid.channels.of(mine).vote(serverId, ['Pizza'])
    await cid.channels.of(mine).vote(serverId, ['Soup'])
    const live = await told('newsletter.live_update', (data) => {
      const [post] = data['messages'] as { message_id: string; poll_results?: { votes: number }[] }[]
      return post?.message_id === id && post.poll_results?.map(({ votes }) => votes).join() === '1,0,1'
    })
    assert.equal(live['newsletter_jid'], mine)
    assert.deepEqual(await results(mine, serverId), {
      ...{ server_id: serverId, message_id: id, question: 'Lunch?', selectable_options: 1 },
      options: [
        { name: 'Pizza', votes: 1 },
        { name: 'Salad', votes: 0 },
        { name: 'Soup', votes: 1 },
      ],
    })
    const listed = await device.api.get<{ server_id: number; poll?: Results }[]>(`/newsletters/${mine}/messages`)
    assert.deepEqual(votesIn(listed.find(({ server_id }) => server_id === serverId)!.poll!), [1, 0, 1])
  })

  it('of others are voted in by the account, which may change the vote and take it back', async () => {
    const his = await bob.channels.create({ name: 'His' })
    await device.api.post(`/newsletters/${his.jid}/follow`)
    const asked = await his.post({ poll: { question: 'When?', options: ['Mon', 'Tue', 'Wed'], max_choices: 2 } })
    const serverId = asked.serverId!
    await told('poll.created', ({ message_id }) => message_id === asked.id)
    const path = `/newsletters/${his.jid}/polls/vote`
    const vote = (options: string[]) => device.api.post(path, { message_server_id: serverId, options })
    const counted = async () => {
      const [post] = await his.messages({ after: serverId - 1, before: serverId + 1 })
      return post?.votes
    }
    await vote(['Mon', 'Wed'])
    assert.deepEqual(await counted(), { Mon: 1, Wed: 1 })
    assert.deepEqual(votesIn(await results(his.jid, serverId)), [1, 0, 1])
    await vote(['Tue'])
    assert.deepEqual(await counted(), { Tue: 1 })
    await vote([])
    assert.deepEqual(await counted(), {})
    const wrong = (options: string[]) => ({ message_server_id: serverId, options })
    await device.api.refuses('invalid_request', 'POST', path, wrong(['Sun']))
    await device.api.refuses('invalid_request', 'POST', path, wrong(['Mon', 'Tue', 'Wed']))
    await device.api.refuses('poll_not_found', 'POST', path, { message_server_id: 99_999, options: [] })
  })

  it('and other own posts are stored and told like those of the phone, and found by their words', async () => {
    const { message_id: id } = await device.api.post<Posted>(`/newsletters/${mine}/messages`, {
      text: 'Grand ÉTÉ sale',
    })
    await device.api.post(`/newsletters/${mine}/messages`, { text: 'Something else' })
    const post = await told('newsletter.message_received', ({ message_id }) => message_id === id)
    assert.deepEqual([post['is_from_me'], post['text'], typeof post['server_id']], [true, 'Grand ÉTÉ sale', 'number'])
    const found = async (words: string) => {
      const { messages } = await device.api.get<{ messages: { message_id: string }[] }>(
        `/chats/${mine}/messages?search=${encodeURIComponent(words)}`,
      )
      return messages.map(({ message_id }) => message_id)
    }
    assert.deepEqual(await found('été'), [id])
    await device.api.patch(`/newsletters/${mine}/messages/${id}`, { text: 'Winter sale' })
    assert.deepEqual([await found('été'), await found('winter')], [[], [id]])
    await device.api.delete(`/newsletters/${mine}/messages/${id}`)
    assert.deepEqual(await found('winter'), [])
  })
})
