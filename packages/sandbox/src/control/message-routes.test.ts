import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import { controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 41 })
const [ana, ben] = [await sandbox.phone({ name: 'Ana' }), await sandbox.phone({ name: 'Ben' })]

const send = (wish: object) => call('POST', `/phones/${ana.id}/messages`, { to: ben.jid, ...wish })

/** What Ben's phone says of the message. */
async function atBen(id: string) {
  await ben.until.message((entry) => entry.id === id)
  return (await call('GET', `/phones/${ben.id}/messages/${id}`)).body
}

describe('messages by the control API', () => {
  after(() => sandbox.stop())

  it('are of every kind that a phone can send', async () => {
    const { body: first } = await send({ poll: { question: 'Tea?', options: ['yes', 'no'] } })
    const about = { message: first.message_id }
    const wishes: Record<string, object | string> = {
      ...{
        text: 'hi',
        image: {},
        video: {},
        gif: {},
        video_note: {},
        voice: {},
        audio: {},
        document: {},
        sticker: {},
        sticker_pack: {},
      },
      ...{ location: { latitude: 1, longitude: 2 }, live_location: { latitude: 1, longitude: 2 } },
      contact: { name: 'Eva', phone: '34600111222' },
      contacts: [{ name: 'Eva', vcard: 'BEGIN:VCARD\nEND:VCARD' }],
      ...{ vote: { poll: about.message, options: ['yes'] }, reaction: { ...about, emoji: '👍' } },
      ...{ keep: about, pin: about, comment: { ...about, text: 'ok' }, expiry: { seconds: 0 } },
      event: { name: 'Tea', start_time: 1_800_000_000 },
      ai_rich_response: { parts: [{ text: 'a' }] },
    }
    for (const [kind, wish] of Object.entries(wishes)) {
      const { status, body } = await send({ [kind]: wish })
      assert.deepEqual([kind, status, body.status], [kind, 200, 'sent'])
      assert.equal((await atBen(body.message_id)).kind, kind)
    }
    const poll = await atBen(first.message_id)
    assert.deepEqual(
      [poll.votes, poll.reactions, poll.kept, poll.pinned],
      [{ [ana.jid]: ['yes'] }, { [ana.jid]: '👍' }, true, true],
    )
    const { body: text } = await send({ text: 'helo', mentions: [ben.id] })
    await send({ edit: { message: text.message_id, text: 'hello' } })
    await send({ forward: { message: text.message_id } })
    const { body: last } = await send({ revoke: { message: text.message_id } })
    await atBen(last.message_id)
    const shown = await atBen(text.message_id)
    assert.deepEqual([shown.edited_text, shown.revoked, shown.mentions], ['hello', true, [ben.lid]])
    assert.deepEqual(sandbox.unhandled, [])
    assert.deepEqual([...ana.violations, ...ben.violations], [])
  })

  it('carry a file given in base64 or by a URL of this machine, which is downloaded from the other phone', async () => {
    const file = randomBytes(2_000_000)
    const host = createServer((_request, response) => response.end(file)).listen(0, '127.0.0.1')
    await new Promise((resolve) => host.once('listening', resolve))
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/x.bin`
    const given = { data: file.toString('base64'), mimetype: 'application/zip', file_name: 'x.zip' }
    for (const document of [given, { url, mimetype: 'application/zip' }]) {
      const { body } = await send({ document })
      await atBen(body.message_id)
      const response = await fetch(`${sandbox.origin}/phones/${ben.id}/messages/${body.message_id}/media`)
      assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/zip'])
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), new Uint8Array(file))
    }
    host.close()
  })

  it('may be of a kind that nobody knows, field for field', async () => {
    // Field 990 with three bytes.
    const { status, body } = await send({ raw: Buffer.from('f23d03010203', 'hex').toString('base64') })
    assert.deepEqual([status, body.status], [200, 'sent'])
    const { kind, details } = await atBen(body.message_id)
    assert.deepEqual([kind, details], ['unknown', { fields: [{ number: 990, base64: 'AQID' }] }])
  })

  it('lose their links and their files on command', async () => {
    const { body } = await send({ image: {} })
    await atBen(body.message_id)
    const path = `/phones/${ben.id}/messages/${body.message_id}/media`
    assert.deepEqual((await call('POST', `${path}/expire`, {})).body, { links: 1 })
    assert.deepEqual((await call('DELETE', path)).body, { deleted: true })
    assert.equal((await call('GET', path)).body.error.code, 'media_not_found')
  })

  it('are refused when they are no message, or one that a phone would not send', async () => {
    const cases: object[] = [
      {},
      { text: 'a', image: {} },
      { image: { data: 'not base64!' } },
      { image: { url: 'http://example.com/a.jpg' } },
      { image: { data: 'AAAA', url: 'http://127.0.0.1:1/' } },
      { image: { url: 'http://127.0.0.1:1/' } },
      { poll: { question: 'x', options: ['a'] } },
      { location: { latitude: 100, longitude: 0 } },
      { expiry: { seconds: 3 } },
      { text: 'x', view_once: true },
      { raw: '/w==' },
      { raw: 'CgJoaQ==', text: 'x' },
      { raw: 'CgJoaQ==', forwarded: true },
    ]
    for (const wish of cases) assert.equal((await send(wish)).status, 400, JSON.stringify(wish))
    const unknown: object[] = [
      { vote: { poll: 'nope', options: [] } },
      { reaction: { message: 'nope', emoji: 'x' } },
      { text: 'x', mentions: ['999'] },
    ]
    for (const wish of unknown) assert.equal((await send(wish)).status, 404, JSON.stringify(wish))
    const none = await call('GET', `/phones/${ana.id}/messages/nope/media`)
    assert.deepEqual([none.status, none.body.error.code], [404, 'message_not_found'])
  })
})
