import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import sharp from 'sharp'
import { smallVideo } from '../testing/small-video.ts'
import { until } from '../testing/until.ts'
import { BridgeWorld } from './testing/bridge-world.ts'
import { type Conversation, messageWebhook } from './testing/chatwoot-data.ts'

/** A tenth of a second, 8 kHz, 8 bit. */
const wav = (): Buffer => {
  const header = Buffer.from('524946460000000057415645666d74201000000001000100401f0000401f00000100080064617461', 'hex')
  const size = Buffer.alloc(4)
  size.writeUInt32LE(800)
  header.writeUInt32LE(836, 4)
  return Buffer.concat([header, size, Buffer.alloc(800, 128)])
}

describe('what agents write in Chatwoot', () => {
  let world: BridgeWorld
  let conversation: Conversation
  before(async () => {
    world = await BridgeWorld.start()
    await world.setUp()
    await world.friend.send(world.device.phone.id, { text: 'Hello' })
    conversation = (await world.chatwoot.until('Hello', ({ content }) => content === 'Hello')).conversation
  })
  after(() => world.stop())

  const got = (words: string) => world.friend.until.message(({ text }) => text === words)
  const count = (words: string) => world.friend.messages().filter(({ text }) => text === words).length

  it('arrives once, however often Chatwoot calls', async () => {
    const { chatwoot } = world
    chatwoot.copies = 4
    const texts = Array.from({ length: 5 }, (_, place) => `one of five: ${place}`)
    for (const text of texts) chatwoot.says(conversation, text)
    await got(texts[4]!)
    await world.settled()
    chatwoot.copies = 1
    // Much later, and out of order.
    const [again] = chatwoot.messages().filter(({ content }) => content === texts[1])
    const { webhook_url: url } = conversation.contactInbox.inbox
    await chatwoot.call(url!, JSON.stringify(messageWebhook(chatwoot.url, 'message_created', again!)))
    await world.settled()
    assert.deepEqual(texts.map(count), [1, 1, 1, 1, 1])
    assert.equal(world.friend.duplicates, 0)
    assert.ok(chatwoot.called.every(({ status }) => status === 200))
    const order = world.friend.messages().flatMap(({ text }) => (texts.includes(text!) ? [text] : []))
    assert.deepEqual(order, texts)
    assert.equal(chatwoot.messages().filter(({ content }) => texts.includes(content!)).length, 5)
  })

  it('brings files of every kind, and the text with the first', async () => {
    const { chatwoot, friend } = world
    const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const files = [
      { name: 'photo.png', type: 'image/png', bytes: png },
      { name: 'film.mp4', type: 'video/mp4', bytes: Buffer.from(smallVideo, 'base64') },
      { name: 'price list.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF') },
    ]
    chatwoot.says(conversation, { content: 'Our **offer**', attachments: files })
    const kinds = ['image', 'video', 'document']
    const all = await until('three files', () => {
      const found = friend.messages().filter(({ kind, media }) => kinds.includes(kind) && media === 'here')
      return found.length === 3 && found
    })
    assert.deepEqual(
      all.map(({ kind, text }) => [kind, text]),
      [
        ['image', 'Our *offer*'],
        ['video', undefined],
        ['document', undefined],
      ],
    )
    assert.ok(Buffer.from(friend.media.bytes(all[2]!.id)).equals(files[2]!.bytes))
    assert.equal(all[2]!.details?.['file_name'], 'price list.pdf')
    const [message] = chatwoot.messages().filter(({ content }) => content === 'Our **offer**')
    for (const { id, chat } of all.slice(0, 2)) await friend.read(chat, [id])
    await world.settled()
    assert.equal(message?.status, 'delivered', 'one of the three is not read')
    await friend.read(all[2]!.chat, [all[2]!.id])
    await until('all are read', () => message?.status === 'read')
  })

  it('brings audio as a voice note, behind its text', async () => {
    const { chatwoot, friend } = world
    chatwoot.says(conversation, {
      content: 'Listen',
      attachments: [{ name: 'answer.wav', type: 'audio/wav', bytes: wav() }],
    })
    const voice = await friend.until.message(({ kind }) => kind === 'voice')
    assert.match(friend.media.mimetype(voice.id), /^audio\/ogg/)
    await got('Listen')
    const kinds = friend.messages().map(({ kind, text }) => text ?? kind)
    assert.ok(kinds.indexOf('Listen') < kinds.indexOf('voice'))
  })

  it('answers the message that the agent answers', async () => {
    const { chatwoot, friend, device } = world
    const { id } = await friend.send(device.phone.id, { text: 'Which colour?' })
    const asked = await chatwoot.until('the question', ({ source_id }) => source_id === id)
    chatwoot.says(conversation, { content: 'Blue', content_attributes: { in_reply_to: asked.id } })
    assert.equal((await got('Blue')).quotedId, id)
  })

  it('is taken back when the agent deletes it', async () => {
    const { chatwoot } = world
    const message = chatwoot.says(conversation, 'Not for you')
    const entry = await got('Not for you')
    chatwoot.world.deleteMessage(message)
    await until('it is taken back', () => entry.revoked)
  })

  it('stays with agents where it is a note, and bears their name by choice', async () => {
    const { chatwoot, device } = world
    await device.api.patch('/integrations/chatwoot', { options: { sign_messages: true } })
    chatwoot.says(conversation, { content: 'Among us', private: true })
    chatwoot.says(conversation, 'With my name')
    await got('*Ada:*\nWith my name')
    await device.api.patch('/integrations/chatwoot', { options: { sign_messages: false } })
    assert.equal(count('Among us'), 0)
  })

  it('reaches somebody by number who is then known by LID, in the same conversation', async () => {
    const { chatwoot, device, gateway } = world
    const eve = await gateway.phone('Eve')
    const { world: data } = chatwoot
    const contact = data.createContact(1, { name: 'Eve of Acme', phone_number: `+${eve.id}` })
    const begun = data.createConversation(data.contactInbox(contact, conversation.contactInbox.inbox))
    chatwoot.says(begun, 'Good morning')
    await eve.until.message(({ text }) => text === 'Good morning')
    const { id } = await eve.send(device.phone.id, { text: 'Who is there?', addressing: 'lid' })
    const answer = await chatwoot.until('the answer', ({ source_id }) => source_id === id)
    assert.equal(answer.conversation, begun)
    assert.deepEqual([contact.name, contact.identifier], ['Eve of Acme', eve.lid])
    assert.equal(data.contacts.filter(({ phone_number }) => phone_number === `+${eve.id}`).length, 1)
  })

  it('fails with a reason that the agent sees', async () => {
    const { chatwoot } = world
    const { world: data } = chatwoot
    const contact = data.createContact(1, { name: 'Nobody', phone_number: '+4917099999999' })
    const { inbox } = conversation.contactInbox
    const message = chatwoot.says(data.createConversation(data.contactInbox(contact, inbox)), 'Anybody?')
    await until('it fails', () => message.status === 'failed')
    assert.match(String(message.content_attributes['external_error']), /not_on_whatsapp/)
    const unknown = data.createContact(1, { name: 'Without number' })
    const other = chatwoot.says(data.createConversation(data.contactInbox(unknown, inbox)), 'And you?')
    await until('it fails too', () => other.status === 'failed')
    assert.match(String(other.content_attributes['external_error']), /no phone number/)
  })

  it('waits while Chatwoot has no file to give, and what follows waits behind it', async () => {
    const { chatwoot, friend } = world
    chatwoot.fault = ({ path }) => (path.startsWith('/rails/') ? 503 : undefined)
    const bytes = Buffer.from('a plan')
    chatwoot.says(conversation, { content: 'The plan', attachments: [{ name: 'plan.txt', type: 'text/plain', bytes }] })
    chatwoot.says(conversation, 'and a word about it')
    await until('both wait', async () => (await world.state()).waiting_messages === 2)
    chatwoot.fault = () => undefined
    await got('and a word about it')
    const texts = friend.messages().map(({ text }) => text)
    assert.ok(texts.indexOf('The plan') < texts.indexOf('and a word about it') && texts.includes('The plan'))
  })

  it('is answered at once and sent later when the device is away', async () => {
    const { chatwoot, gateway, device } = world
    const jid = gateway.services.sessions.account(device.id)!.jid
    gateway.sandbox!.disconnect(jid, 0)
    const texts = ['while away 1', 'while away 2', 'while away 3']
    for (const text of texts) chatwoot.says(conversation, text)
    await chatwoot.settled()
    assert.ok(chatwoot.called.slice(-3).every(({ status }) => status === 200))
    await gateway.connected(device)
    await got(texts[2]!)
    assert.deepEqual(texts.map(count), [1, 1, 1])
  })

  it('is for nobody who does not know the address, nor for another account or inbox', async () => {
    const { chatwoot, gateway } = world
    const url = conversation.contactInbox.inbox.webhook_url!
    const message = chatwoot.says(conversation, { content: 'A note', private: true })
    const payload = { ...messageWebhook(chatwoot.url, 'message_created', message), private: false, content: 'Forged' }
    const path = new URL(url).pathname
    const wrong = [
      [path.replace(/.{4}$/, 'AAAA'), payload],
      [path, { ...payload, account: { id: 2 } }],
      [path, { ...payload, inbox: { id: 999 } }],
    ] as const
    for (const [to, body] of wrong) await gateway.api.refuses('chatwoot_not_found', 'POST', to, body)
    await gateway.api.post(path, { event: 'something_new' })
    await gateway.api.post(path, { ...payload, event: 'conversation_typing_on', id: {} })
    await world.settled()
    assert.equal(count('Forged'), 0)
  })
})
