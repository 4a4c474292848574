import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

interface Results {
  readonly options: readonly { readonly name: string; readonly votes: number; readonly voters: readonly Fields[] }[]
  readonly total_voters: number
  readonly ended: boolean
}

const pick = (fields: Fields, ...names: readonly string[]) => names.map((name) => fields[name])

describe('polls', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone
  before(async () => {
    sandbox = await Sandbox.start({ seed: 31 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const lunch = { question: 'Lunch?', options: ['Pizza', 'Salad', 'Soup'] }

  const events = async (type: string, where: (data: Fields) => boolean): Promise<Fields[]> => {
    const { events } = await device.api.get<{ events: { data: Fields }[] }>(`/events?types=${type}&limit=1000`)
    return events.map(({ data }) => data).filter(where)
  }
  const event = async (type: string, where: (data: Fields) => boolean): Promise<Fields> => {
    await until(`a ${type}`, async () => (await events(type, where)).length > 0)
    return (await events(type, where))[0]!
  }
  const of = (id: string) => (data: Fields) => data['message_id'] === id
  const ask = async (chat: string, wish: Fields = {}) => {
    const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${chat}/polls`, {
      ...lunch,
      ...wish,
    })
    return id
  }
  /** A vote of a phone, as it was told. */
  const vote = async (from: Phone, chat: string, poll: string, options: readonly string[], named = {}) => {
    await from.until.message(({ id }) => id === poll)
    const { id } = await from.send(chat, { vote: { poll, options, named } })
    return event('poll.vote_decrypted', of(id))
  }
  /** What a phone shows of the vote of the account, once it has so many options. */
  const voteOnPhone = (phone: Phone, poll: string, options: number) =>
    until(`${phone.jid} sees the vote`, () => {
      const chosen = phone.messages().find(({ id }) => id === poll)?.votes?.[ana.jid]
      return chosen?.length === options && chosen
    })
  /** What phones could not read of votes in a poll. */
  const brokenRules = (poll: string, ...phones: readonly Phone[]) =>
    phones.flatMap(({ violations }) => violations.filter(({ detail }) => detail.includes(poll)))
  const results = (poll: string) => device.api.get<Results>(`/polls/${poll}/results`)
  const counts = async (poll: string) => (await results(poll)).options.map(({ votes }) => votes)
  const restart = async () => {
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
  }

  it('are shown on the other phone, with one answer or several', async () => {
    const single = await ask(bob.id)
    const shown = await bob.until.message(({ id }) => id === single)
    assert.deepEqual(shown.details, { ...lunch, max_choices: 1 })
    const several = await ask(bob.id, { multi_answer: true })
    assert.equal((await bob.until.message(({ id }) => id === several)).details?.['max_choices'], 0)
    const two = await ask(bob.id, { selectable_options: 2 })
    assert.equal((await bob.until.message(({ id }) => id === two)).details?.['max_choices'], 2)
  })

  it('may be a quiz, end, and hide who votes', async () => {
    const quiz = await ask(bob.id, { correct_option: 'Soup' })
    const shown = await bob.until.message(({ id }) => id === quiz)
    assert.deepEqual([shown.details?.['correct'], shown.details?.['max_choices']], ['Soup', 1])
    const ends_at = new Date(Date.now() + 3_600_000).toISOString()
    const secret = await ask(bob.id, { ends_at, hide_voters: true })
    const ending = await bob.until.message(({ id }) => id === secret)
    assert.deepEqual(pick(ending.details!, 'ends_at', 'hide_voters'), [Date.parse(ends_at), true])
    await vote(bob, ana.jid, secret, ['Soup'])
    const { options, ...rest } = await results(secret)
    assert.deepEqual(options[2], { name: 'Soup', votes: 1, voters: [] })
    assert.deepEqual(pick(rest as unknown as Fields, 'ends_at', 'hides_voters', 'ended'), [ends_at, true, false])
  })

  it('count zeros before the first vote, and one vote a person after that: the newest', async () => {
    const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid] })
    const poll = await ask(group.jid)
    assert.deepEqual(await counts(poll), [0, 0, 0])
    await vote(bob, group.jid, poll, ['Pizza'])
    await vote(cid, group.jid, poll, ['Salad'])
    assert.deepEqual(await counts(poll), [1, 1, 0])
    await vote(cid, group.jid, poll, ['Pizza'])
    const { options, total_voters } = await results(poll)
    assert.deepEqual(
      options.map(({ votes, voters }) => [votes, voters.map(({ jid, lid }) => `${jid} ${lid}`).sort()]),
      [
        [2, [`${bob.jid} ${bob.lid}`, `${cid.jid} ${cid.lid}`].sort()],
        [0, []],
        [0, []],
      ],
    )
    assert.equal(total_voters, 2)
  })

  it('tell what was chosen after a restart, by the texts of the options, in groups of either kind', async () => {
    for (const addressing of ['lid', 'pn'] as const) {
      const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid], addressing })
      const poll = await ask(group.jid, { multi_answer: true })
      await cid.until.message(({ id }) => id === poll)
      await restart()
      const told: Fields[] = []
      for (const chosen of [['Salad'], ['Soup', 'Pizza'], []]) told.push(await vote(cid, group.jid, poll, chosen))
      assert.deepEqual(
        told.map((data) => pick(data, 'poll_id', 'voter', 'voter_lid', 'selected_options', 'chat')),
        [['Salad'], ['Pizza', 'Soup'], []].map((options) => [poll, cid.jid, cid.lid, options, group.jid]),
      )
      assert.equal((await events('poll.vote', (data) => data['poll_id'] === poll)).length, 3)
      const updates = await events('poll.update', (data) => data['poll_id'] === poll)
      assert.deepEqual(
        updates.map(({ results }) => (results as Fields[]).map(({ votes }) => votes)),
        [
          [0, 1, 0],
          [1, 0, 1],
          [0, 0, 0],
        ],
      )
    }
  })

  it('of others and of the own phone are told, and votes in them are opened', async () => {
    for (const [from, to] of [
      [bob, ana.jid],
      [ana, bob.jid],
    ] as const) {
      const { id } = await from.send(to, { poll: lunch })
      const created = await event('poll.created', of(id))
      assert.deepEqual(pick(created, 'poll_name', 'options', 'options_count', 'selectable_options', 'is_from_me'), [
        ...['Lunch?', lunch.options, 3, 0, from === ana],
      ])
      assert.equal(created['chat'], bob.jid)
      const voter = from === bob ? ana : bob
      const told = await vote(voter, from === bob ? bob.jid : ana.jid, id, ['Soup', 'Pizza'])
      assert.deepEqual(pick(told, 'chat', 'voter', 'is_from_me', 'selected_options'), [
        ...[bob.jid, voter.jid, voter === ana, ['Pizza', 'Soup']],
      ])
      assert.deepEqual(await counts(id), [1, 0, 1])
    }
  })

  it('open votes that name author and voter by number or LID, and the author with a device', async () => {
    const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid] })
    const poll = await ask(group.jid)
    const number = Number(/:(\d+)@/.exec(gateway.services.sessions.account(device.id)!.jid)![1])
    const forms = ['lid', 'pn'] as const
    const ways = forms.flatMap((author) => forms.map((voter) => ({ author, voter })))
    for (const named of [...ways, ...ways.map((way) => ({ ...way, author_device: number }))]) {
      const told = await vote(cid, group.jid, poll, ['Soup'], named)
      assert.deepEqual(pick(told, 'voter', 'selected_options'), [cid.jid, ['Soup']], JSON.stringify(named))
    }
  })

  it('count a vote that comes before its poll when that comes', async () => {
    // What cannot be read is asked for again, and comes behind the vote.
    sandbox.fault.next(gateway.services.sessions.account(device.id)!.jid, 'message', { corrupt: true })
    const { id: poll } = await bob.send(ana.jid, { poll: lunch })
    const { id } = await bob.send(ana.jid, { vote: { poll, options: ['Salad'] } })
    const told = await event('poll.vote_decrypted', of(id))
    assert.deepEqual(pick(told, 'poll_id', 'selected_options'), [poll, ['Salad']])
    assert.deepEqual(await counts(poll), [0, 1, 0])
    assert.equal((await events('poll.vote', of(id))).length, 1)
    // Of somebody else, who is named by LID in the key.
    const group = await bob.groups.create({ subject: 'Late', participants: [ana.jid, cid.jid] })
    sandbox.fault.next(gateway.services.sessions.account(device.id)!.jid, 'message', { corrupt: true })
    const { id: late } = await bob.send(group.jid, { poll: lunch })
    const ofCid = await vote(cid, group.jid, late, ['Soup'], { voter: 'lid' })
    assert.deepEqual(pick(ofCid, 'voter', 'selected_options'), [cid.jid, ['Soup']])
  })

  it('raise no unread count, and are counted once when a vote comes twice', async () => {
    const poll = await ask(bob.id)
    await bob.until.message(({ id }) => id === poll)
    const unread = async () => (await device.api.get<Fields>(`/chats/${bob.id}`))['unread_count']
    const before = await unread()
    sandbox.fault.next(gateway.services.sessions.account(device.id)!.jid, 'message', { duplicate: true })
    const told = await vote(bob, ana.jid, poll, ['Pizza'])
    const marker = await bob.send(ana.jid, { text: 'after the vote' })
    await event('message.received', of(marker.id))
    assert.deepEqual(await counts(poll), [1, 0, 0])
    assert.equal((await events('poll.vote_decrypted', of(told['message_id'] as string))).length, 1)
    assert.equal(await unread(), Number(before) + 1)
  })

  it('are voted in through the API: every phone sees the vote, a later one in its place, and that it is taken back', async () => {
    for (const addressing of ['lid', 'pn'] as const) {
      const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid], addressing })
      const { id: poll } = await bob.send(group.jid, { poll: lunch })
      await event('poll.created', of(poll))
      for (const options of [['Soup'], ['Salad', 'Pizza'], []]) {
        const sent = await device.api.post<{ message_id: string; status: string }>(`/polls/${poll}/vote`, {
          ...{ chat_jid: group.jid, options },
        })
        assert.equal(sent.status, 'sent')
        const expected = lunch.options.filter((option) => options.includes(option))
        for (const phone of [bob, cid, ana]) {
          assert.deepEqual(await voteOnPhone(phone, poll, options.length), expected, `${addressing} ${phone.jid}`)
        }
        const told = await event('poll.vote_decrypted', of(sent.message_id))
        assert.deepEqual(pick(told, 'is_from_me', 'voter', 'selected_options'), [true, ana.jid, expected])
      }
      assert.deepEqual(brokenRules(poll, bob, cid, ana), [])
    }
  })

  it('between two people are voted in by the account, also after a restart and in a poll of its own', async () => {
    const { id: theirs } = await bob.send(ana.jid, { poll: { ...lunch, max_choices: 1 } })
    await event('poll.created', of(theirs))
    const own = await ask(bob.id)
    await restart()
    for (const poll of [theirs, own]) {
      await device.api.post(`/polls/${poll}/vote`, { chat_jid: bob.jid, options: ['Salad'] })
      assert.deepEqual(await voteOnPhone(bob, poll, 1), ['Salad'])
      assert.deepEqual(await counts(poll), [0, 1, 0])
      assert.deepEqual(brokenRules(poll, bob, ana), [])
    }
  })

  it('take only votes that they allow', async () => {
    const { id: poll } = await bob.send(ana.jid, { poll: { ...lunch, max_choices: 1 } })
    await event('poll.created', of(poll))
    const path = `/polls/${poll}/vote`
    for (const options of [['Cake'], ['Pizza', 'Salad'], ['pizza']]) {
      await device.api.refuses('invalid_request', 'POST', path, { chat_jid: bob.jid, options })
    }
    const { id: over } = await bob.send(ana.jid, { poll: { ...lunch, ends_at: Date.now() - 1000 } })
    await event('poll.created', of(over))
    await device.api.refuses('message_not_suitable', 'POST', `/polls/${over}/vote`, {
      ...{ chat_jid: bob.jid, options: ['Pizza'] },
    })
    await device.api.refuses('poll_not_found', 'POST', path, { chat_jid: cid.jid, options: ['Pizza'] })
    const { id: text } = await bob.send(ana.jid, { text: 'no poll' })
    await event('message.received', of(text))
    await device.api.refuses('poll_not_found', 'POST', `/polls/${text}/vote`, { chat_jid: bob.jid, options: [] })
    assert.deepEqual(await counts(poll), [0, 0, 0])
  })

  it('of the account are taken back for everybody, with their votes', async () => {
    const poll = await ask(bob.id)
    await vote(bob, ana.jid, poll, ['Pizza'])
    await device.api.delete(`/polls/${poll}`, { chat_jid: bob.jid })
    await bob.until.message(({ id, revoked }) => id === poll && revoked === true)
    await device.api.refuses('poll_not_found', 'GET', `/polls/${poll}/results`)
    const { query } = gateway.services.database
    const left = await query.selectFrom('message_mark').selectAll().where('message_id', '=', poll).execute()
    assert.deepEqual(
      left.filter(({ kind }) => kind === 'vote'),
      [],
    )
    const { id: theirs } = await bob.send(ana.jid, { poll: lunch })
    await event('poll.created', of(theirs))
    await device.api.refuses('not_own_message', 'DELETE', `/polls/${theirs}`, { chat_jid: bob.jid })
  })

  it('are voted in once under an Idempotency-Key', async () => {
    const { id: poll } = await bob.send(ana.jid, { poll: lunch })
    await event('poll.created', of(poll))
    const api = device.api.with({ 'idempotency-key': 'one-vote' })
    const cast = () => api.post<{ message_id: string }>(`/polls/${poll}/vote`, { chat_jid: bob.jid, options: ['Soup'] })
    const [first, second] = [await cast(), await cast()]
    assert.equal(first.message_id, second.message_id)
    assert.deepEqual(await counts(poll), [0, 0, 1])
  })

  it('are refused without a question, with the same option twice, and with an end in the past', async () => {
    for (const wrong of [
      { question: ' ' },
      { options: ['one'] },
      { options: ['same', 'same'] },
      { options: Array.from({ length: 13 }, (_, place) => String(place)) },
      { correct_option: 'Cake' },
      { ends_at: '2020-01-01T00:00:00Z' },
    ]) {
      await device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/polls`, { ...lunch, ...wrong })
    }
    await device.api.refuses('poll_not_found', 'GET', '/polls/3EB0NONE/results')
  })
})
