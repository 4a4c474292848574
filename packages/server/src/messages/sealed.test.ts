import assert from 'node:assert/strict'
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

/** Fields of a protobuf. */
const number = (field: number, value: number) => Buffer.from([field * 8, value])
const bytes = (field: number, value: Uint8Array | string) =>
  Buffer.concat([Buffer.from([field * 8 + 2, Buffer.from(value).length]), Buffer.from(value)])

/** As other clients seal (seen in: whatsmeow msgsecret.go). */
function seal(use: string, secret: Uint8Array, id: string, [author, by]: readonly string[], plaintext: Uint8Array) {
  const encIv = randomBytes(12)
  const key = Buffer.from(hkdfSync('sha256', secret, '', `${id}${author}${by}${use}`, 32))
  const cipher = createCipheriv('aes-256-gcm', key, encIv)
  if (use === 'Event Response') cipher.setAAD(Buffer.from(`${id}\0${by}`))
  return { encPayload: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]), encIv }
}

describe('what is sealed with the secret of a message', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let team: string
  before(async () => {
    sandbox = await Sandbox.start({ seed: 14 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
    team = (await bob.groups.create({ subject: 'Team', participants: [ana.jid] })).jid
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
  const stored = (id: string) => device.api.get<Fields & { reactions: Fields[] }>(`/messages/${id}`)

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

  it('changes words of its author, and of nobody else', async () => {
    const { id } = await bob.send(team, { text: 'v1' })
    await event('message.received', (data) => data['message_id'] === id)
    const entry = bob.messages(team).find((each) => each.id === id)!
    const secret = entry.message.messageContextInfo!.messageSecret!
    const change = (by: Uint8Array, words: string) => {
      const { encPayload, encIv } = seal('Message Edit', by, id, [bob.lid, bob.lid], bytes(1, words))
      const key = Buffer.concat([bytes(1, team), number(2, 1), bytes(3, id)])
      const parts = [bytes(1, key), bytes(2, encPayload), bytes(3, encIv), number(4, 2)]
      return bob.groups.of(team).sendMessage({ secretEncryptedMessage: Buffer.concat(parts) })
    }
    await change(secret, 'v2')
    await event('message.edited', (data) => data['message_id'] === id)
    assert.equal((await stored(id))['text'], 'v2')
    await change(randomBytes(32), 'v3')
    const last = await bob.send(team, { text: 'behind it' })
    await event('message.received', (data) => data['message_id'] === last.id)
    assert.equal((await stored(id))['text'], 'v2')
  })
})
