import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'

type Fields = Record<string, unknown>

describe('messaging.sendAlbum', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let cid: Phone
  let group: string
  let base64: string
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    cid = await gateway.phone('Cid')
    group = (await bob.groups.create({ subject: 'Team', participants: [device.phone.jid, cid.jid] })).jid
    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#315575' } })
    base64 = (await picture.jpeg().toBuffer()).toString('base64')
  })
  after(() => gateway.stop())

  const send = async (chat: string, what: string, body: Fields) =>
    (await device.api.post<{ message_id: string }>(`/chats/${chat}/${what}`, body)).message_id

  it('shows pictures as one, alone and in a group, with captions that mention people', async () => {
    for (const chat of [bob.id, group]) {
      const album_id = await send(chat, 'albums', { images: 2 })
      const parent = await bob.until.message(({ id }) => id === album_id)
      assert.deepEqual([parent.kind, parent.details], ['album', { images: 2, videos: 0 }])
      for (const caption of ['one', 'two for @Cid']) {
        const id = await send(chat, 'images', { base64, caption, album_id, mentions: [cid.id] })
        const { message, mentions } = await bob.until.message((entry) => entry.id === id)
        const { associationType, parentMessageKey } = message.messageContextInfo?.messageAssociation ?? {}
        assert.deepEqual([associationType, parentMessageKey?.id, parentMessageKey?.fromMe], [1, album_id, true])
        assert.equal(message.imageMessage?.caption, caption)
        assert.deepEqual(mentions, chat === group ? [cid.lid] : undefined)
        const stored = await device.api.get<Fields>(`/messages/${id}`)
        assert.equal(stored['part_of_message_id'], album_id)
      }
      const { messages } = await device.api.get<{ messages: Fields[] }>(`/chats/${chat}/messages`)
      assert.ok(messages.every(({ message_id }) => message_id !== album_id))
    }
    assert.deepEqual(bob.violations, [])
  })

  it('is refused for fewer than two pictures, and for an album that is none', async () => {
    const text = await send(bob.id, 'messages', { text: 'no album' })
    const before = bob.messages().length
    await device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/albums`, { images: 1 })
    for (const album_id of [text, '3EB0000000000000000000']) {
      await device.api.refuses('message_not_found', 'POST', `/chats/${bob.id}/images`, { base64, album_id })
    }
    assert.equal(bob.messages().length, before)
  })
})
