import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

const pick = (fields: Fields, ...names: readonly string[]) => names.map((name) => fields[name])

describe('a stored chat', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  before(async () => {
    sandbox = await Sandbox.start({ seed: 5 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const events = async (type: string, where: (data: Fields) => boolean = () => true): Promise<Fields[]> => {
    const { events } = await device.api.get<{ events: { data: Fields }[] }>(`/events?types=${type}&limit=1000`)
    return events.map(({ data }) => data).filter(where)
  }
  const event = async (type: string, where: (data: Fields) => boolean): Promise<Fields> => {
    await until(`a ${type}`, async () => (await events(type, where)).length > 0)
    return (await events(type, where))[0]!
  }
  const of = (id: string) => (data: Fields) => data['message_id'] === id
  const stored = (id: string) => device.api.get<Fields>(`/messages/${id}`)
  const listed = async (chat: string) =>
    (await device.api.get<{ messages: Fields[] }>(`/chats/${chat}/messages`)).messages
  /** A message of Bob's that is stored. */
  const said = async (text: string, from = bob, to = ana.jid) => {
    const { id } = await from.send(to, { text })
    await event('message.received', of(id))
    return id
  }
  /** Everything that a phone sent before has come. */
  const caughtUp = (from = bob, to = ana.jid) => said('caught up', from, to)
  const restart = async () => {
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
  }

  it('shows the new words of an edited message at its old place and time', async () => {
    const id = await said('v1')
    const before = await stored(id)
    await said('behind it')
    const edit = await bob.send(ana.jid, { edit: { message: id, text: 'v2' } })
    const told = await event('message.edited', of(id))
    assert.deepEqual(pick(told, 'from', 'from_lid', 'chat', 'is_from_me', 'text'), [
      ...[bob.jid, bob.lid, bob.jid, false, 'v2'],
    ])
    const after = await stored(id)
    assert.deepEqual(pick(after, 'text', 'timestamp', 'deleted_at'), ['v2', before['timestamp'], null])
    assert.ok(after['edited_at'])
    const ids = (await listed(bob.jid)).map((message) => message['message_id'])
    assert.ok(!ids.includes(edit.id), 'the edit is no row of its own')
    assert.equal(ids[1], id)
    assert.equal((await event('message.received', of(edit.id)))['target_message_id'], id)
  })

  it('keeps nothing that a deleted message said', async () => {
    const id = await said('SALARY 12345')
    await bob.send(ana.jid, { edit: { message: id, text: 'SALARY 54321' } })
    await event('message.edited', of(id))
    await bob.send(ana.jid, { reaction: { message: id, emoji: '🤫' } })
    await event('message.reaction', of(id))
    const revoke = await bob.send(ana.jid, { revoke: { message: id } })
    const told = await event('message.deleted', of(id))
    assert.deepEqual(pick(told, 'from', 'deleted_by', 'deleted_by_lid'), [bob.jid, bob.jid, bob.lid])
    const after = await stored(id)
    assert.deepEqual(pick(after, 'text', 'deleted_by', 'reactions'), [null, bob.jid, []])
    assert.ok(after['deleted_at'])
    const rows = await listed(bob.jid)
    assert.ok(rows.some((row) => row['message_id'] === id && row['deleted_at'] !== null))
    assert.ok(!rows.some((row) => row['message_id'] === revoke.id))
    const { query } = gateway.services.database
    const everything = JSON.stringify([
      await query.selectFrom('message').select(['text']).execute(),
      await query.selectFrom('message_mark').selectAll().execute(),
    ])
    assert.doesNotMatch(everything, /SALARY/)
    const bodies = await query.selectFrom('message').select('body').execute()
    assert.ok(!bodies.some(({ body }) => body && Buffer.from(body).includes('SALARY')))
  })

  it('hangs one reaction a person on a message, and drops it when it is taken back', async () => {
    const id = await said('react to me')
    const react = async (from: Phone, to: string, emoji: string) => {
      const { id: reaction } = await from.send(to, { reaction: { message: id, emoji } })
      return event('message.reaction', (data) => data['reaction_id'] === reaction)
    }
    const first = await react(bob, ana.jid, '👍')
    assert.deepEqual(pick(first, 'message_id', 'emoji', 'from', 'from_lid', 'is_from_me', 'message_from'), [
      ...[id, '👍', bob.jid, bob.lid, false, bob.jid],
    ])
    await react(bob, ana.jid, '❤️')
    await react(ana, bob.jid, '😮')
    const { reactions } = (await stored(id)) as { reactions: Fields[] }
    assert.deepEqual(
      reactions.map((reaction) => pick(reaction, 'emoji', 'sender', 'sender_lid')).sort(),
      [
        ['❤️', bob.jid, bob.lid],
        ['😮', ana.jid, ana.lid],
      ].sort(),
    )
    const taken = await react(bob, ana.jid, '')
    assert.equal(taken['emoji'], '')
    const left = (await stored(id))['reactions'] as Fields[]
    assert.deepEqual(
      left.map((reaction) => pick(reaction, 'emoji', 'sender')),
      [['😮', ana.jid]],
    )
  })

  it('takes edits and deletions that the own phone makes', async () => {
    const { id } = await ana.send(bob.jid, { text: 'from my phone' })
    await event('message.received', of(id))
    await ana.send(bob.jid, { edit: { message: id, text: 'from my new phone' } })
    assert.equal((await event('message.edited', of(id)))['is_from_me'], true)
    assert.equal((await stored(id))['text'], 'from my new phone')
    await ana.send(bob.jid, { revoke: { message: id } })
    assert.deepEqual(pick(await event('message.deleted', of(id)), 'is_from_me', 'deleted_by'), [true, ana.jid])
    assert.equal((await stored(id))['text'], null)
  })

  it('takes what the own phone does to a message that was sent through the API', async () => {
    const sent = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/messages`, { text: 'from the API' })
    await ana.until.message((message) => message.id === sent.message_id)
    await ana.send(bob.jid, { edit: { message: sent.message_id, text: 'put right on the phone' } })
    await event('message.edited', of(sent.message_id))
    assert.deepEqual(pick(await stored(sent.message_id), 'text', 'is_from_me'), ['put right on the phone', true])
  })

  it('is changed only by those who may', async () => {
    const mallory = await sandbox.phone({ name: 'Mallory' })
    const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid, mallory.jid] })
    const id = await said('by Bob', bob, group.jid)
    await mallory.until.message((message) => message.id === id)
    const entry = mallory.messages(group.jid).find((message) => message.id === id)!
    const key = { remoteJid: group.jid, fromMe: true, id: entry.id }
    const claims = [key, { ...key, fromMe: false, participant: bob.lid }]
    for (const claim of claims) {
      await mallory.groups.of(group.jid).sendMessage({
        protocolMessage: { key: claim, type: 14, editedMessage: { conversation: 'forged' } },
      })
      await mallory.groups.of(group.jid).sendMessage({ protocolMessage: { key: claim, type: 0 } })
    }
    await caughtUp(mallory, group.jid)
    assert.deepEqual(pick(await stored(id), 'text', 'edited_at', 'deleted_at'), ['by Bob', null, null])
    assert.deepEqual([...(await events('message.edited', of(id))), ...(await events('message.deleted', of(id)))], [])
  })

  it('lets an admin of a group take back what others wrote', async () => {
    const cid = await sandbox.phone({ name: 'Cid' })
    const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid] })
    const id = await said('by Cid', cid, group.jid)
    await bob.until.message((message) => message.id === id)
    await bob.send(group.jid, { revoke: { message: id } })
    const told = await event('message.deleted', of(id))
    assert.deepEqual(pick(told, 'from', 'deleted_by', 'deleted_by_lid'), [cid.jid, bob.jid, bob.lid])
    assert.deepEqual(pick(await stored(id), 'text', 'deleted_by'), [null, bob.jid])
  })

  it('applies what was said about a message before it came', async () => {
    const [edited, deleted] = ['v1 unread', 'never to be seen']
    // What cannot be read is asked for again, and comes behind the messages about it.
    const spoil = () =>
      sandbox.fault.next(gateway.services.sessions.account(device.id)!.jid, 'message', { corrupt: true })
    spoil()
    const first = await bob.send(ana.jid, { text: edited })
    await bob.send(ana.jid, { edit: { message: first.id, text: 'v2' } })
    await event('message.received', of(first.id))
    await event('message.edited', of(first.id))
    assert.equal((await stored(first.id))['text'], 'v2')
    spoil()
    const second = await bob.send(ana.jid, { text: deleted })
    await bob.send(ana.jid, { revoke: { message: second.id } })
    await event('message.deleted', of(second.id))
    await until('it came', async () => {
      const answer = await device.api.call('GET', `/messages/${second.id}`)
      return answer.status === 200
    })
    assert.deepEqual(pick(await stored(second.id), 'text'), [null])
    assert.ok((await stored(second.id))['deleted_at'])
  })

  it('holds no half of a surrogate pair, whoever sends one', async () => {
    const id = await said('half \ud83d')
    await bob.send(ana.jid, { edit: { message: id, text: 'half \udc4d and \0' } })
    const edited = await event('message.edited', of(id))
    await bob.send(ana.jid, { reaction: { message: id, emoji: '\ud83d' } })
    const reacted = await event('message.reaction', of(id))
    for (const shown of [edited, reacted, await stored(id)]) assert.ok(JSON.stringify(shown).isWellFormed())
    assert.ok(!/\\u(d[89a-f]|0000)/.test(JSON.stringify([edited, reacted, await stored(id)])))
  })

  it('is the same after a restart, and when all comes once more', async () => {
    const id = await said('once')
    await bob.send(ana.jid, { edit: { message: id, text: 'twice' } })
    await event('message.edited', of(id))
    sandbox.fault.next(gateway.services.sessions.account(device.id)!.jid, 'receipt', {
      ...{ drop: true, direction: 'in', count: 2 },
    })
    await bob.send(ana.jid, { reaction: { message: id, emoji: '👍' } })
    await event('message.reaction', of(id))
    const before = await stored(id)
    await restart()
    await caughtUp()
    assert.deepEqual(await stored(id), before)
    assert.equal((await events('message.reaction', of(id))).length, 1)
    assert.equal((await events('message.edited', of(id))).length, 1)
  })
})
