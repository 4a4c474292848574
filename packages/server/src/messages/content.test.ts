import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

/** A file without what depends on when, and by which address, somebody asks for it. */
const withoutEnd = (media: unknown) => {
  const { url, url_expires_at: _, ...facts } = media as Fields
  return { ...facts, path: String(url).replace(/^https?:\/\/[^/]+|\?.*$/g, '') }
}

describe('what a message is', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WHATSAPP_AUTO_MARK_READ: 'true' } })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  /** What Bob sends, as the event and the stored message tell it. */
  const received = async (what: Parameters<Phone['send']>[1]): Promise<{ id: string; fields: Fields }> => {
    const { id } = await bob.send(device.phone.jid, what)
    const data = await until('the event is there', async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>(
        '/events?types=message.received&limit=1000',
      )
      return events.map((event) => event.data).find((event) => event['message_id'] === id)
    })
    const stored = await device.api.get<Fields>(`/messages/${id}`)
    const names = Object.keys(data).filter((name) => name in stored && name !== 'timestamp')
    const said = (fields: Fields, name: string) => (name === 'media' ? withoutEnd(fields[name]) : fields[name])
    for (const name of names) assert.deepEqual(said(stored, name), said(data, name), `${name} is stored as it was told`)
    return { id, fields: data }
  }
  const pick = (fields: Fields, ...names: readonly string[]) => names.map((name) => fields[name])

  it('tells that it was forwarded, and how often', async () => {
    const { id } = await bob.send(device.phone.jid, { text: 'pass it on' })
    const { fields } = await received({ forward: { message: id } })
    assert.deepEqual(pick(fields, 'type', 'text', 'forwarded', 'forwarding_score'), ['text', 'pass it on', true, 1])
    const again = await received({ text: 'new' })
    assert.deepEqual(pick(again.fields, 'forwarded', 'view_once'), [undefined, undefined])
  })

  it('tells that it may be seen once, and what file it carries', async () => {
    const image = { data: Buffer.from('not really a picture'), width: 4, height: 3, caption: 'once' }
    const { fields } = await received({ image, view_once: true })
    const media = fields['media'] as Fields
    assert.deepEqual(pick(fields, 'type', 'text', 'view_once'), ['image', 'once', true])
    assert.match(String(media['sha256']), /^[0-9a-f]{64}$/)
    const facts = pick(media, 'mimetype', 'size', 'size_bytes', 'width', 'height', 'state')
    assert.deepEqual(facts, ['image/jpeg', 20, 20, 4, 3, 'remote'])
    assert.match(String(media['url']), /^\/media\/med_[\w-]+\?exp=\d+&sig=[\w-]+$/)
    const voice = await received({ voice: { seconds: 3 } })
    assert.deepEqual(pick(voice.fields['media'] as Fields, 'ptt', 'seconds'), [true, 3])
  })

  it('tells places, cards, polls and events', async () => {
    const { fields } = await received({ location: { latitude: 1.5, longitude: -2, name: 'Here' } })
    assert.deepEqual(fields['location'], { latitude: 1.5, longitude: -2, name: 'Here' })
    const card = (await received({ contact: { name: 'Ada', phone: '4915112345678' } })).fields
    assert.equal((card['contacts'] as Fields[])[0]?.['name'], 'Ada')
    const poll = (await received({ poll: { question: 'Lunch?', options: ['yes', 'no'], max_choices: 1 } })).fields
    assert.deepEqual(poll['poll'], { question: 'Lunch?', options: ['yes', 'no'], selectable: 1 })
    const event = (await received({ event: { name: 'Picnic', start_time: 1_800_000_000 } })).fields
    assert.deepEqual(pick(event, 'type', 'text'), ['event', 'Picnic'])
    assert.equal((event['event'] as Fields)['starts_at'], new Date(1_800_000_000_000).toISOString())
  })

  it('names what nobody reads, counts none of it as unread and sends no receipt for it', async () => {
    const said = await received({ text: 'read me' })
    const timer = await received({ expiry: { seconds: 86_400 } })
    assert.deepEqual(pick(timer.fields['timer'] as Fields, 'seconds'), [86_400])
    const pin = await received({ pin: { message: said.id, seconds: 604_800 } })
    assert.deepEqual(pick(pin.fields, 'pin', 'target_message_id'), [{ pinned: true, seconds: 604_800 }, said.id])
    const keep = await received({ keep: { message: said.id } })
    assert.deepEqual(pick(keep.fields, 'keep', 'target_message_id'), [{ kept: true }, said.id])
    const reaction = await received({ reaction: { message: said.id, emoji: '👍' } })
    const silent = [timer, pin, keep, reaction]
    assert.deepEqual(
      silent.map(({ fields }) => fields['type']),
      ['timer', 'pin', 'keep', 'reaction'],
    )
    const last = await received({ text: 'read me too' })
    await bob.until.receipt({ id: last.id, type: 'read' })
    await device.api.post(`/chats/${bob.id}/mark-read`, { read: true })
    const receipts = bob.messages().filter(({ id }) => silent.some((one) => one.id === id))
    assert.equal(receipts.length, silent.length)
    for (const { receipts: seen } of receipts) assert.ok(!seen.some(({ type }) => type === 'read'))
  })

  it('counts what people read as unread, and nothing else', async () => {
    const quiet = await startTestGateway({ sandbox: gateway.sandbox! })
    const other = await quiet.linkDevice()
    const eve = await gateway.phone('Eve')
    const { id } = await eve.send(other.phone.jid, { text: 'one' })
    await eve.send(other.phone.jid, { reaction: { message: id, emoji: '👍' } })
    await eve.send(other.phone.jid, { pin: { message: id } })
    const last = await eve.send(other.phone.jid, { expiry: { seconds: 86_400 } })
    await until('all came', async () => (await other.api.call('GET', `/messages/${last.id}`)).status === 200)
    assert.deepEqual(await other.api.post(`/chats/${eve.id}/mark-read`, { read: true }), { marked: 1 })
    await quiet.stop()
  })
})
