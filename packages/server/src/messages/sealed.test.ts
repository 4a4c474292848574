import assert from 'node:assert/strict'
import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

/** Fields of a protobuf. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
const number = (field: number, value: number) => Buffer.from([...varint(field * 8), ...varint(value)])
const bytes = (field: number, value: Uint8Array | string) =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(Buffer.from(value).length)]), Buffer.from(value)])
/** Values of `secretEncType`. */
const changes = { 'Event Edit': 1, 'Message Edit': 2, 'Poll Edit': 4, 'Poll Add Option': 5 } as const

/** As other clients seal (seen in: whatsmeow msgsecret.go). */
function seal(use: string, secret: Uint8Array, id: string, [author, by]: readonly string[], plaintext: Uint8Array) {
  const encIv = randomBytes(12)
  const key = Buffer.from(hkdfSync('sha256', secret, '', `${id}${author}${by}${use}`, 32))
  const cipher = createCipheriv('aes-256-gcm', key, encIv)
  if (use === 'Event Response' || use === 'Poll Vote') cipher.setAAD(Buffer.from(`${id}\0${by}`))
  return { encPayload: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]), encIv }
}

describe('what is sealed with the secret of a message', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone
  let team: string
  before(async () => {
    sandbox = await Sandbox.start({ seed: 14 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
    team = (await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid] })).jid
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const event = (type: string, where: (data: Fields) => boolean) =>
    until(`a ${type}`, async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>(`/events?types=${type}&limit=1000`)
      return events.map(({ data }) => data).find(where)
    })
  const stored = (id: string) =>
    device.api.get<Fields & { reactions: Fields[]; event: Fields; poll: { options: string[] } }>(`/messages/${id}`)
  const received = (id: string, type: string) =>
    event('message.received', (data) => data['message_id'] === id && data['type'] === type)
  const ownJid = () => gateway.services.sessions.account(device.id)!.jid
  /** The secret of a message that Cid's phone got. */
  const secretOf = async (id: string) =>
    (await cid.until.message((entry) => entry.id === id)).message.messageContextInfo!.messageSecret!
  /** Somebody seals a change of a message of Bob's in the group. */
  const change = (by: Phone, use: keyof typeof changes, secret: Uint8Array, id: string, content: Uint8Array) => {
    const { encPayload, encIv } = seal(use, secret, id, [bob.lid, by.lid], content)
    const author = by === bob ? number(2, 1) : Buffer.concat([number(2, 0), bytes(4, bob.lid)])
    const key = Buffer.concat([bytes(1, team), author, bytes(3, id)])
    const parts = [bytes(1, key), bytes(2, encPayload), bytes(3, encIv), number(4, changes[use])]
    return by.groups.of(team).sendMessage({ secretEncryptedMessage: Buffer.concat(parts) })
  }

  it('is opened whether its author and its sealer are named by number or by LID', async () => {
    const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${team}/events`, {
      ...{ name: 'Picnic', starts_at: '2030-01-31T09:00:00Z' },
    })
    const { message } = await bob.until.message((entry) => entry.id === id)
    const secret = message.messageContextInfo!.messageSecret!
    const key = { remoteJid: team, fromMe: false, id, participant: ana.lid }
    const own = gateway.services.sessions.account(device.id)!
    for (const author of [ana.jid, ana.lid, own.jid]) {
      for (const by of [bob.jid, bob.lid]) {
        const parties = [author, by]
        const going = seal('Event Response', secret, id, parties, number(1, 1))
        const answer = await bob.groups.of(team).sendMessage({
          encEventResponseMessage: { targetMessageKey: key, ...going },
        })
        const told = await event('message.received', (data) => data['message_id'] === answer.id)
        assert.deepEqual([told['type'], told['event_response']], ['event_response', { response: 'going' }])
        const emoji = by === bob.jid ? '👍' : '🎉'
        const reaction = seal('Enc Reaction', secret, id, parties, bytes(2, emoji))
        const sent = await bob.groups
          .of(team)
          .sendMessage({ encReactionMessage: { targetMessageKey: key, ...reaction } })
        await event('message.reaction', (data) => data['reaction_id'] === sent.id)
        assert.deepEqual(
          (await stored(id)).reactions.map((each) => [each['emoji'], each['sender']]),
          [[emoji, bob.jid]],
        )
      }
    }
  })

  it('answers an event also between two people, and the newest answer of each person counts', async () => {
    const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/events`, {
      ...{ name: 'Tea', starts_at: '2030-01-31T09:00:00Z' },
    })
    const { message } = await bob.until.message((entry) => entry.id === id)
    const secret = message.messageContextInfo!.messageSecret!
    const key = { remoteJid: ana.lid, fromMe: false, id }
    const answers = async () => (await stored(id))['event_responses'] as Fields[]
    assert.deepEqual(await answers(), [])
    for (const [value, response] of [
      [3, 'maybe'],
      [1, 'going'],
    ] as const) {
      const going = seal('Event Response', secret, id, [ana.lid, bob.lid], number(1, value))
      const to = sandbox.world.account(ana.lid)!
      const { id: answer } = await bob.sendMessage(to, { encEventResponseMessage: { targetMessageKey: key, ...going } })
      const told = await event('message.received', (data) => data['message_id'] === answer)
      assert.deepEqual([told['chat'], told['event_response']], [bob.jid, { response }])
    }
    assert.deepEqual(
      (await answers()).map(({ response, sender }) => [response, sender]),
      [['going', bob.jid]],
    )
  })

  it('changes words of its author, and of nobody else', async () => {
    const { id } = await bob.send(team, { text: 'v1' })
    await received(id, 'text')
    const secret = await secretOf(id)
    await change(bob, 'Message Edit', secret, id, bytes(1, 'v2'))
    await event('message.edited', (data) => data['message_id'] === id)
    assert.equal((await stored(id))['text'], 'v2')
    await change(bob, 'Message Edit', randomBytes(32), id, bytes(1, 'v3'))
    await change(cid, 'Message Edit', secret, id, bytes(1, 'v4'))
    for (const phone of [bob, cid]) {
      const last = await phone.send(team, { text: 'behind it' })
      await received(last.id, 'text')
    }
    assert.equal((await stored(id))['text'], 'v2')
  })

  it('gives an event of its author another time and name, and nobody else does', async () => {
    const { id } = await bob.send(team, { event: { name: 'Picnic', start_time: 1_900_000_000, description: 'Cake' } })
    await received(id, 'event')
    const secret = await secretOf(id)
    const edited = (name: string, start: number) => bytes(75, Buffer.concat([bytes(3, name), number(7, start)]))
    const { id: sealed } = await change(bob, 'Event Edit', secret, id, edited('Dinner', 1_900_003_600))
    const told = await received(sealed, 'edit')
    assert.deepEqual([told['target_message_id'], (told['event'] as Fields)['name']], [id, 'Dinner'])
    assert.equal((await event('message.edited', (data) => data['message_id'] === id))['text'], 'Dinner')
    await change(cid, 'Event Edit', secret, id, edited('Nothing', 1_900_000_000))
    await received((await cid.send(team, { text: 'behind it' })).id, 'text')
    const { event: now, text, edited_at } = await stored(id)
    assert.deepEqual(
      [now['name'], now['starts_at'], now['description']],
      ['Dinner', '2030-03-17T18:46:40.000Z', undefined],
    )
    assert.deepEqual([text, typeof edited_at], ['Dinner', 'string'])
    const going = seal('Event Response', secret, id, [bob.lid, cid.lid], number(1, 1))
    const key = { remoteJid: team, fromMe: false, id, participant: bob.lid }
    const answer = await cid.groups
      .of(team)
      .sendMessage({ encEventResponseMessage: { targetMessageKey: key, ...going } })
    assert.deepEqual((await received(answer.id, 'event_response'))['event_response'], { response: 'going' })
  })

  it('gives a poll of its author other words and options, and votes for those count', async () => {
    const { id } = await bob.send(team, { poll: { question: 'Lunch?', options: ['Pizza', 'Salad'] } })
    await received(id, 'poll')
    const secret = await secretOf(id)
    const edited = (question: string, ...options: string[]) =>
      bytes(49, Buffer.concat([bytes(2, question), ...options.map((name) => bytes(3, bytes(1, name))), number(4, 1)]))
    const { id: sealed } = await change(bob, 'Poll Edit', secret, id, edited('Dinner?', 'Pizza', 'Soup'))
    const told = await received(sealed, 'edit')
    assert.deepEqual([told['target_message_id'], told['text']], [id, 'Dinner?'])
    assert.equal((await event('message.edited', (data) => data['message_id'] === id))['text'], 'Dinner?')
    await change(cid, 'Poll Edit', secret, id, edited('Nothing?', 'No'))
    await received((await cid.send(team, { text: 'after the poll' })).id, 'text')
    const { poll, text, edited_at } = await stored(id)
    assert.deepEqual([text, poll.options, typeof edited_at], ['Dinner?', ['Pizza', 'Soup'], 'string'])
    const chosen = bytes(1, createHash('sha256').update('Soup').digest())
    const vote = seal('Poll Vote', secret, id, [bob.lid, cid.lid], chosen)
    const pollCreationMessageKey = { remoteJid: team, fromMe: false, id, participant: bob.lid }
    await cid.groups.of(team).sendMessage({ pollUpdateMessage: { pollCreationMessageKey, vote } })
    const voted = await event('poll.vote_decrypted', (data) => data['poll_id'] === id)
    assert.deepEqual(voted['selected_options'], ['Soup'])
    const { options } = await device.api.get<{ options: { name: string; votes: number }[] }>(`/polls/${id}/results`)
    assert.deepEqual(
      options.map(({ name, votes }) => [name, votes]),
      [
        ['Pizza', 0],
        ['Soup', 1],
      ],
    )
  })

  it('adds options to polls that take them, and their votes count', async () => {
    const secret = randomBytes(32)
    const poll = (addable: boolean) =>
      Buffer.concat([
        ...[bytes(2, 'Lunch?'), bytes(3, bytes(1, 'Pizza')), bytes(3, bytes(1, 'Salad')), number(4, 0)],
        ...(addable ? [number(11, 1)] : []),
      ])
    const ask = (addable: boolean) =>
      bob.send(team, { raw: Buffer.concat([bytes(49, poll(addable)), bytes(35, bytes(3, secret))]) })
    const [open, closed] = [await ask(true), await ask(false)]
    const added = (name: string) => bytes(121, bytes(2, bytes(1, name)))
    for (const { id } of [open, closed]) {
      await received(id, 'poll')
      const { id: sealed } = await change(cid, 'Poll Add Option', secret, id, added('Soup'))
      assert.equal((await received(sealed, 'poll_option'))['text'], 'Soup')
    }
    await received((await change(cid, 'Poll Add Option', secret, open.id, added('Soup'))).id, 'poll_option')
    assert.deepEqual((await stored(open.id)).poll.options, ['Pizza', 'Salad', 'Soup'])
    assert.deepEqual((await stored(closed.id)).poll.options, ['Pizza', 'Salad'])
    const chosen = bytes(1, createHash('sha256').update('Soup').digest())
    const vote = seal('Poll Vote', secret, open.id, [bob.lid, cid.lid], chosen)
    const pollCreationMessageKey = { remoteJid: team, fromMe: false, id: open.id, participant: bob.lid }
    await cid.groups.of(team).sendMessage({ pollUpdateMessage: { pollCreationMessageKey, vote } })
    const voted = await event('poll.vote_decrypted', (data) => data['poll_id'] === open.id)
    assert.deepEqual(voted['selected_options'], ['Soup'])
  })

  it('raises no unread count, and is no message of its own', async () => {
    const { id } = await bob.send(team, { text: 'comment on me' })
    await received(id, 'text')
    const secret = await secretOf(id)
    const chat = () => device.api.get<Fields & { last_message: Fields }>(`/chats/${team}`)
    const before = await chat()
    const targetMessageKey = { remoteJid: team, fromMe: false, id, participant: bob.lid }
    const comment = seal('Enc Comment', secret, id, [bob.lid, cid.lid], bytes(1, 'well said'))
    const said = await cid.groups.of(team).sendMessage({ encCommentMessage: { targetMessageKey, ...comment } })
    const told = await received(said.id, 'comment')
    assert.deepEqual([told['text'], told['target_message_id']], ['well said', id])
    const lost = seal('Enc Comment', randomBytes(32), id, [bob.lid, cid.lid], bytes(1, 'nobody reads this'))
    const closed = await cid.groups.of(team).sendMessage({ encCommentMessage: { targetMessageKey, ...lost } })
    assert.equal((await received(closed.id, 'encrypted_comment'))['text'], undefined)
    const after = await chat()
    assert.equal(after['unread_count'], before['unread_count'])
    assert.equal(after.last_message['message_id'], before.last_message['message_id'])
    const { messages } = await device.api.get<{ messages: Fields[] }>(`/chats/${team}/messages`)
    assert.ok(messages.every((each) => each['message_id'] !== said.id && each['message_id'] !== closed.id))
  })

  it('is opened when its message comes behind it', async () => {
    sandbox.fault.next(ownJid(), 'message', { corrupt: true })
    const { id } = await bob.send(team, { text: 'late v1' })
    const secret = await secretOf(id)
    const emoji = seal('Enc Reaction', secret, id, [bob.lid, cid.lid], bytes(2, '🎉'))
    const key = { remoteJid: team, fromMe: false, id, participant: bob.lid }
    await cid.groups.of(team).sendMessage({ encReactionMessage: { targetMessageKey: key, ...emoji } })
    await change(bob, 'Message Edit', secret, id, bytes(1, 'late v2'))
    await event('message.edited', (data) => data['message_id'] === id)
    const reaction = await event('message.reaction', (data) => data['message_id'] === id)
    assert.deepEqual([reaction['emoji'], reaction['reacted_by'] ?? reaction['from']], ['🎉', cid.jid])
    const { text, edited_at, reactions } = await stored(id)
    assert.deepEqual([text, typeof edited_at, reactions.map((each) => each['emoji'])], ['late v2', 'string', ['🎉']])
  })

  it('is kept and told as what it is while its message is unknown, and opened when the history brings that', async () => {
    // Nobody answers the question for the message that could not be read.
    sandbox.fault.next(ownJid(), 'message', { corrupt: true })
    await sandbox.fault.apply({
      device: ownJid(),
      direction: 'in',
      tag: 'receipt',
      type: 'retry',
      action: { kind: 'drop' },
    })
    const { id } = await bob.send(team, { text: 'old v1' })
    const secret = await secretOf(id)
    const { id: sealed } = await change(bob, 'Message Edit', secret, id, bytes(1, 'old v2'))
    const told = await received(sealed, 'encrypted_change')
    assert.deepEqual([told['notice'], told['target_message_id'], told['text']], ['message_edit', id, undefined])
    const { type, notice } = await stored(sealed)
    assert.deepEqual([type, notice], ['encrypted_change', 'message_edit'])
    await device.api.refuses('message_not_found', 'GET', `/messages/${id}`)
    const { id: marker } = await bob.send(team, { text: 'behind it' })
    await received(marker, 'text')
    await device.api.post('/history/sync', { chat_jid: team, last_msg_id: marker })
    await event('message.edited', (data) => data['message_id'] === id)
    assert.equal((await received(sealed, 'edit'))['text'], 'old v2')
    const { text, edited_at } = await stored(id)
    assert.deepEqual([text, typeof edited_at, (await stored(sealed))['type']], ['old v2', 'string', 'edit'])
  })

  it('is opened when both come with the history', async () => {
    const dan = await sandbox.phone({ name: 'Dan' })
    const group = (await bob.groups.create({ subject: 'Past', participants: [dan.jid] })).jid
    const { id } = await bob.send(group, { text: 'past v1' })
    const { message } = await dan.until.message((entry) => entry.id === id)
    const sealing = seal(
      'Message Edit',
      message.messageContextInfo!.messageSecret!,
      id,
      [bob.lid, bob.lid],
      bytes(1, 'past v2'),
    )
    const key = Buffer.concat([bytes(1, group), number(2, 1), bytes(3, id)])
    const parts = [bytes(1, key), bytes(2, sealing.encPayload), bytes(3, sealing.encIv), number(4, 2)]
    const sealed = await bob.groups.of(group).sendMessage({ secretEncryptedMessage: Buffer.concat(parts) })
    await dan.until.message((entry) => entry.id === sealed.id)
    const { api } = await gateway.linkDevice(dan)
    const found = await until('the history is stored', async () => {
      const { status, body } = await api.call<Fields>('GET', `/messages/${id}`)
      return status === 200 ? body.data : undefined
    })
    assert.deepEqual([found['text'], typeof found['edited_at']], ['past v2', 'string'])
  })
})
