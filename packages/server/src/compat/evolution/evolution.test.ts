import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { opusPackets, recording } from '../../media/convert/testing/sound.ts'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'
import { Bot, type Hooked } from '../testing/bot.ts'

const jwtKey = 'a key of the bot'
const events = ['QRCODE_UPDATED', 'CONNECTION_UPDATE', 'MESSAGES_UPSERT', 'MESSAGES_UPDATE', 'SEND_MESSAGE', 'CALL']

/** The claims of a token that this key has signed. */
const claimsOf = ({ headers }: Hooked) => {
  const [head, claims, signature] = String(headers.authorization).replace('Bearer ', '').split('.')
  assert.equal(signature, createHmac('sha256', jwtKey).update(`${head}.${claims}`).digest('base64url'))
  return JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { app: string; exp: number; iat: number }
}

describe('a bot that was written for Evolution API', () => {
  let gateway: TestGateway
  let bot: Bot
  let url: string
  let ana: Phone
  let bob: Phone
  let hash: string
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { SWITCHBOARD_COMPAT: 'evolution' } })
    bot = new Bot(gateway.api.url, { apikey: (await gateway.createKey()).key })
    url = await bot.start()
    ana = await gateway.phone('Ana')
    bob = await gateway.phone('Bob')
  })
  after(async () => {
    await bot.stop()
    await gateway.stop()
  })

  const number = () => bob.jid.replace(/@.*/, '')
  const named = (event: string) => (hook: Hooked) => hook.body.event === event
  const heardId = (event: string, id: string) => (hook: Hooked) => named(event)(hook) && hook.body.data.key?.id === id
  const webhook = () => ({
    webhook: { enabled: true, url, byEvents: false, base64: true, headers: { jwt_key: jwtKey }, events },
  })

  it('creates an instance with its webhook, and is refused the same name again', async () => {
    const wanted = { instanceName: 'shop', qrcode: true, integration: 'WHATSAPP-BAILEYS', ...webhook() }
    const answer = await bot.call('POST', '/instance/create', wanted)
    assert.equal(answer.status, 201)
    assert.equal(answer.headers.get('x-switchboard-not-delivered'), 'CALL')
    // biome-ignore lint/suspicious/noExplicitAny: as the bot reads it.
    const made = (await answer.json()) as any
    assert.deepEqual([made.instance.instanceName, made.instance.status], ['shop', 'connecting'])
    assert.match(made.qrcode.base64, /^data:image\/png;base64,/)
    hash = made.hash
    assert.equal((await bot.call('POST', '/instance/create', wanted)).status, 403)
    const qr = await bot.hooked('the code', named('qrcode.updated'))
    assert.deepEqual([qr.body.instance, qr.body.data.qrcode.code], ['shop', made.qrcode.code])
    assert.match(qr.body.data.qrcode.base64, /^data:image\/png;base64,/)
  })

  it('links it, and is told so', async () => {
    const { code } = await bot.ask('GET', '/instance/connect/shop')
    await ana.scan(code)
    const open = await bot.hooked(
      'the link',
      (hook) => named('connection.update')(hook) && hook.body.data.state === 'open',
    )
    assert.equal(claimsOf(open).app, 'evolution')
    assert.deepEqual([open.body.instance, open.body.data.wuid, open.body.sender], ['shop', ana.jid, ana.jid])
    const state = { instance: { instanceName: 'shop', state: 'open' } }
    assert.deepEqual(await bot.ask('GET', '/instance/connectionState/shop'), state)
    assert.deepEqual(await bot.ask('GET', '/instance/connect/shop'), state)
    const [found] = await bot.ask('GET', '/instance/fetchInstances?instanceName=shop')
    assert.deepEqual([found.name, found.ownerJid, found.connectionStatus], ['shop', ana.jid, 'open'])
  })

  it('answers what it hears, and the other phone reads the answer', async () => {
    bot.hear = async ({ body: { event, instance, data } }) => {
      if (event !== 'messages.upsert' || data.key.fromMe) return
      const readMessages = [data.key]
      await bot.ask('POST', `/chat/markMessageAsRead/${instance}`, { readMessages })
      await bot.ask('POST', `/chat/sendPresence/${instance}`, {
        number: data.key.remoteJid,
        presence: 'composing',
        delay: 1,
      })
      const text = `You said: ${data.message.conversation}`
      await bot.ask('POST', `/message/sendText/${instance}`, {
        number: data.key.remoteJid,
        text,
        quoted: { key: data.key },
      })
    }
    const { id } = await bob.send(ana.id, { text: 'Hello, bot' })
    const { body } = await bot.hooked('the message', heardId('messages.upsert', id))
    assert.deepEqual(
      [body.data.key, body.data.messageType, body.data.message.conversation, body.data.pushName],
      [{ remoteJid: bob.jid, fromMe: false, id }, 'conversation', 'Hello, bot', 'Bob'],
    )
    const read = await until('Bob reads the answer', () =>
      bob.messages().find(({ fromMe, text }) => !fromMe && text === 'You said: Hello, bot'),
    )
    const sent = await bot.hooked('its own message', heardId('send.message', read.id))
    assert.deepEqual([sent.body.data.key.fromMe, sent.body.data.contextInfo.stanzaId], [true, id])
    const update = (status: string) => (hook: Hooked) =>
      named('messages.update')(hook) && hook.body.data.keyId === read.id && hook.body.data.status === status
    await bot.hooked('the delivery', update('DELIVERY_ACK'))
    await until('Bob sees that his was read', () =>
      bob.messages().some((each) => each.id === id && each.receipts.some(({ type }) => type === 'read')),
    )
    bot.hear = async () => {}
  })

  it('sends in the form of version 1 too', async () => {
    const said = {
      number: number(),
      options: { delay: 10, presence: 'composing' },
      textMessage: { text: 'As in version 1' },
    }
    const { key, status } = await bot.ask('POST', '/message/sendText/shop', said)
    assert.deepEqual([key.remoteJid, key.fromMe, status], [bob.jid, true, 'SERVER_ACK'])
    await until('Bob reads it', () =>
      bob.messages().find(({ id, text }) => id === key.id && text === 'As in version 1'),
    )
  })

  it('sends files and voice notes, and gets the files of others', async () => {
    const data = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer()
    const arrives = (id: string) =>
      until('it arrives', () => bob.messages().find((each) => each.id === id && each.media === 'here'))
    const media = data.toString('base64')
    const image = { number: number(), mediatype: 'image', mimetype: 'image/jpeg', media, caption: 'A picture' }
    const { key, messageType } = await bot.ask('POST', '/message/sendMedia/shop', image)
    assert.equal(messageType, 'imageMessage')
    assert.deepEqual([(await arrives(key.id)).kind, (await arrives(key.id)).text], ['image', 'A picture'])
    const audio = Buffer.from(await recording(opusPackets(1), 'ogg')).toString('base64')
    const voice = await bot.ask('POST', '/message/sendWhatsAppAudio/shop', { number: number(), audio })
    assert.match((await arrives(voice.key.id)).kind, /voice|audio/)

    const { id } = await bob.send(ana.id, { image: { data, caption: 'Yours' } })
    const { body } = await bot.hooked('the picture', heardId('messages.upsert', id))
    assert.deepEqual([body.data.messageType, body.data.message.imageMessage.caption], ['imageMessage', 'Yours'])
    assert.deepEqual(Buffer.from(body.data.message.base64, 'base64'), data)
    assert.deepEqual(Buffer.from(await (await fetch(body.data.message.mediaUrl)).arrayBuffer()), data)
    const got = await bot.ask('POST', '/chat/getBase64FromMediaMessage/shop', { message: { key: { id } } })
    assert.deepEqual([got.mediaType, Buffer.from(got.base64, 'base64')], ['imageMessage', data])
  })

  it('sends places, cards, polls and stickers, edits a message and takes it back', async () => {
    const arrives = async (call: string, body: object) => {
      const { key } = await bot.ask('POST', `/message/${call}/shop`, { number: number(), ...body })
      return until(`${call} arrives`, () => bob.messages().find(({ id }) => id === key.id))
    }
    const place = { latitude: 38.89, longitude: -77.09, name: 'Our office', address: 'A street' }
    assert.equal((await arrives('sendLocation', place)).kind, 'location')
    const contact = [{ fullName: 'John Doe', wuid: '4917012345678', phoneNumber: '+49 170 12345678' }]
    assert.match((await arrives('sendContact', { contact })).kind, /contact/)
    const poll = { name: 'How are you?', selectableCount: 1, values: ['Awesome!', 'Good!'] }
    assert.equal((await arrives('sendPoll', poll)).kind, 'poll')
    const webp = await sharp({ create: { width: 512, height: 512, channels: 4, background: '#33669980' } })
      .webp()
      .toBuffer()
    assert.equal((await arrives('sendSticker', { sticker: webp.toString('base64') })).kind, 'sticker')
    const { key } = await bot.ask('POST', '/message/sendText/shop', { number: number(), text: 'Wrong' })
    const read = () => bob.messages().find(({ id }) => id === key.id)
    await until('Bob reads it', read)
    await bot.ask('POST', '/chat/updateMessage/shop', { number: number(), key, text: 'Right' })
    await until('Bob reads that', () => read()?.editedText === 'Right')
    await bot.ask('DELETE', '/chat/deleteMessageForEveryone/shop', key)
    await until('it is gone', () => read()?.revoked)
  })

  it('reacts, hears reactions, and looks up numbers', async () => {
    const { id } = await bob.send(ana.id, { text: 'React to me' })
    const { body } = await bot.hooked('that message', heardId('messages.upsert', id))
    await bot.ask('POST', '/message/sendReaction/shop', { key: body.data.key, reaction: '🎉' })
    await until('Bob sees it', () =>
      Object.values(bob.messages().find((each) => each.id === id)?.reactions ?? {}).includes('🎉'),
    )
    await bob.send(ana.id, { reaction: { message: id, emoji: '👍' } })
    const told = await bot.hooked(
      'the reaction',
      ({ body: { data } }) => data.messageType === 'reactionMessage' && !data.key.fromMe,
    )
    assert.deepEqual(told.body.data.message.reactionMessage.text, '👍')
    const numbers = [number(), '4915112345678']
    const found = await bot.ask('POST', '/chat/whatsappNumbers/shop', { numbers })
    assert.deepEqual(
      found.map(({ exists, jid }: { exists: boolean; jid: string }) => [exists, jid]),
      [
        [true, bob.jid],
        [false, '4915112345678@s.whatsapp.net'],
      ],
    )
  })

  it('changes its webhook to a path for each event, in the form of version 1 too', async () => {
    const shown = await bot.ask('GET', '/webhook/find/shop')
    assert.deepEqual(
      [shown.url, shown.enabled, shown.webhookBase64, shown.headers],
      [url, true, true, { jwt_key: '********' }],
    )
    await bot.ask('POST', '/webhook/set/shop', { url, webhook_by_events: true, events: ['MESSAGES_UPSERT'] })
    const { id } = await bob.send(ana.id, { text: 'Where to?' })
    assert.equal((await bot.hooked('it', heardId('messages.upsert', id))).path, '/hook/messages-upsert')
    await bot.ask('POST', '/webhook/set/shop', { webhook: { enabled: false, url, events: [] } })
    assert.equal((await bot.ask('GET', '/webhook/find/shop')).enabled, false)
    const count = bot.hooks.length
    const { id: unheard } = await bob.send(ana.id, { text: 'To nobody' })
    const device = gateway.api.with({ authorization: `Bearer ${hash}` })
    await until('it is stored', async () => (await device.call('GET', `/messages/${unheard}`)).status === 200)
    assert.equal(bot.hooks.length, count)
  })

  it('uses the token of the instance, which opens no other', async () => {
    const own = new Bot(gateway.api.url, { apikey: hash })
    assert.equal((await own.ask('GET', '/instance/connectionState/shop')).instance.state, 'open')
    await bot.ask('POST', '/instance/create', { instanceName: 'second' })
    assert.equal((await own.call('GET', '/instance/connectionState/second')).status, 404)
    assert.equal((await own.call('DELETE', '/instance/delete/second')).status, 404)
    assert.equal((await own.call('POST', '/instance/create', { instanceName: 'third' })).status, 401)
  })

  it('is refused in the form that it knows', async () => {
    const refused = async (status: number, call: () => Promise<Response>) => {
      const answer = await call()
      const body = (await answer.json()) as { status: number; error: string; response: { message: string[] } }
      assert.deepEqual([answer.status, body.status, Array.isArray(body.response.message)], [status, status, true])
    }
    await refused(401, () => bot.call('GET', '/instance/fetchInstances', undefined, { apikey: 'wrong' }))
    await refused(404, () => bot.call('GET', '/instance/connectionState/nobody'))
    await refused(400, () => bot.call('POST', '/message/sendText/shop', { number: number() }))
    const other = new Bot(gateway.api.url, { apikey: (await gateway.createKey()).key })
    await refused(404, () => other.call('POST', '/message/sendText/shop', { number: number(), text: 'Not mine' }))
  })

  it('logs out, and removes its instance', async () => {
    assert.equal((await bot.ask('DELETE', '/instance/logout/shop')).status, 'SUCCESS')
    assert.equal((await bot.call('DELETE', '/instance/logout/shop')).status, 400)
    await bot.ask('DELETE', '/instance/delete/shop')
    assert.equal((await bot.call('GET', '/instance/connectionState/shop')).status, 404)
  })
})
