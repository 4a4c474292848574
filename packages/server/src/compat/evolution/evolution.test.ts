import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import sharp from 'sharp'
import { opusPackets, recording } from '../../media/convert/testing/sound.ts'
import { until } from '../../testing/until.ts'
import type { Hooked } from '../testing/bot.ts'
import { botWorld } from '../testing/bot-world.ts'

const jwtKey = 'a key of the bot'
const events = ['QRCODE_UPDATED', 'CONNECTION_UPDATE', 'MESSAGES_UPSERT', 'MESSAGES_UPDATE', 'SEND_MESSAGE', 'CALL']

/** The claims of a token that this key has signed. */
const claimsOf = ({ headers }: Hooked) => {
  const [head, claims, signature] = String(headers.authorization).replace('Bearer ', '').split('.')
  assert.equal(signature, createHmac('sha256', jwtKey).update(`${head}.${claims}`).digest('base64url'))
  return JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { app: string; exp: number; iat: number }
}

describe('a bot that was written for Evolution API', () => {
  let hash: string
  const world = botWorld('evolution')

  const number = () => world.bob.jid.replace(/@.*/, '')
  const named = (event: string) => (hook: Hooked) => hook.body.event === event
  const heardId = (event: string, id: string) => (hook: Hooked) => named(event)(hook) && hook.body.data.key?.id === id
  const webhook = () => ({
    webhook: { enabled: true, url: world.url, byEvents: false, base64: true, headers: { jwt_key: jwtKey }, events },
  })

  it('creates an instance with its webhook, and is refused the same name again', async () => {
    const wanted = { instanceName: 'shop', qrcode: true, integration: 'WHATSAPP-BAILEYS', ...webhook() }
    const answer = await world.bot.call('POST', '/instance/create', wanted)
    assert.equal(answer.status, 201)
    assert.equal(answer.headers.get('x-switchboard-not-delivered'), 'CALL')
    // biome-ignore lint/suspicious/noExplicitAny: as the bot reads it.
    const made = (await answer.json()) as any
    assert.deepEqual([made.instance.instanceName, made.instance.status], ['shop', 'connecting'])
    assert.match(made.qrcode.base64, /^data:image\/png;base64,/)
    hash = made.hash
    assert.equal((await world.bot.call('POST', '/instance/create', wanted)).status, 403)
    const qr = await world.bot.hooked('the code', named('qrcode.updated'))
    assert.deepEqual([qr.body.instance, qr.body.data.qrcode.code], ['shop', made.qrcode.code])
    assert.match(qr.body.data.qrcode.base64, /^data:image\/png;base64,/)
  })

  it('links it, and is told so', async () => {
    const { code } = await world.bot.ask('GET', '/instance/connect/shop')
    await world.ana.scan(code)
    const open = await world.bot.hooked(
      'the link',
      (hook) => named('connection.update')(hook) && hook.body.data.state === 'open',
    )
    assert.equal(claimsOf(open).app, 'evolution')
    assert.deepEqual(
      [open.body.instance, open.body.data.wuid, open.body.sender],
      ['shop', world.ana.jid, world.ana.jid],
    )
    const state = { instance: { instanceName: 'shop', state: 'open' } }
    assert.deepEqual(await world.bot.ask('GET', '/instance/connectionState/shop'), state)
    assert.deepEqual(await world.bot.ask('GET', '/instance/connect/shop'), state)
    const [found] = await world.bot.ask('GET', '/instance/fetchInstances?instanceName=shop')
    assert.deepEqual([found.name, found.ownerJid, found.connectionStatus], ['shop', world.ana.jid, 'open'])
  })

  it('answers what it hears, and the other phone reads the answer', async () => {
    world.bot.hear = async ({ body: { event, instance, data } }) => {
      if (event !== 'messages.upsert' || data.key.fromMe) return
      const readMessages = [data.key]
      await world.bot.ask('POST', `/chat/markMessageAsRead/${instance}`, { readMessages })
      await world.bot.ask('POST', `/chat/sendPresence/${instance}`, {
        number: data.key.remoteJid,
        presence: 'composing',
        delay: 1,
      })
      const text = `You said: ${data.message.conversation}`
      await world.bot.ask('POST', `/message/sendText/${instance}`, {
        number: data.key.remoteJid,
        text,
        quoted: { key: data.key },
      })
    }
    const { id } = await world.bob.send(world.ana.id, { text: 'Hello, bot' })
    const { body } = await world.bot.hooked('the message', heardId('messages.upsert', id))
    assert.deepEqual(
      [body.data.key, body.data.messageType, body.data.message.conversation, body.data.pushName],
      [{ remoteJid: world.bob.jid, fromMe: false, id }, 'conversation', 'Hello, bot', 'Bob'],
    )
    const read = await until('Bob reads the answer', () =>
      world.bob.messages().find(({ fromMe, text }) => !fromMe && text === 'You said: Hello, bot'),
    )
    const sent = await world.bot.hooked('its own message', heardId('send.message', read.id))
    assert.deepEqual([sent.body.data.key.fromMe, sent.body.data.contextInfo.stanzaId], [true, id])
    const update = (status: string) => (hook: Hooked) =>
      named('messages.update')(hook) && hook.body.data.keyId === read.id && hook.body.data.status === status
    await world.bot.hooked('the delivery', update('DELIVERY_ACK'))
    await until('Bob sees that his was read', () =>
      world.bob.messages().some((each) => each.id === id && each.receipts.some(({ type }) => type === 'read')),
    )
    world.bot.hear = async () => {}
  })

  it('sends in the form of version 1 too', async () => {
    const said = {
      number: number(),
      options: { delay: 10, presence: 'composing' },
      textMessage: { text: 'As in version 1' },
    }
    const { key, status } = await world.bot.ask('POST', '/message/sendText/shop', said)
    assert.deepEqual([key.remoteJid, key.fromMe, status], [world.bob.jid, true, 'SERVER_ACK'])
    await until('Bob reads it', () =>
      world.bob.messages().find(({ id, text }) => id === key.id && text === 'As in version 1'),
    )
  })

  it('sends files and voice notes, and gets the files of others', async () => {
    const data = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer()
    const arrives = (id: string) =>
      until('it arrives', () => world.bob.messages().find((each) => each.id === id && each.media === 'here'))
    const media = data.toString('base64')
    const image = { number: number(), mediatype: 'image', mimetype: 'image/jpeg', media, caption: 'A picture' }
    const { key, messageType } = await world.bot.ask('POST', '/message/sendMedia/shop', image)
    assert.equal(messageType, 'imageMessage')
    assert.deepEqual([(await arrives(key.id)).kind, (await arrives(key.id)).text], ['image', 'A picture'])
    const audio = Buffer.from(await recording(opusPackets(1), 'ogg')).toString('base64')
    const voice = await world.bot.ask('POST', '/message/sendWhatsAppAudio/shop', { number: number(), audio })
    assert.match((await arrives(voice.key.id)).kind, /voice|audio/)

    const { id } = await world.bob.send(world.ana.id, { image: { data, caption: 'Yours' } })
    const { body } = await world.bot.hooked('the picture', heardId('messages.upsert', id))
    assert.deepEqual([body.data.messageType, body.data.message.imageMessage.caption], ['imageMessage', 'Yours'])
    assert.deepEqual(Buffer.from(body.data.message.base64, 'base64'), data)
    assert.deepEqual(Buffer.from(await (await fetch(body.data.message.mediaUrl)).arrayBuffer()), data)
    const got = await world.bot.ask('POST', '/chat/getBase64FromMediaMessage/shop', { message: { key: { id } } })
    assert.deepEqual([got.mediaType, Buffer.from(got.base64, 'base64')], ['imageMessage', data])
  })

  it('sends places, cards, polls and stickers, edits a message and takes it back', async () => {
    const arrives = async (call: string, body: object) => {
      const { key } = await world.bot.ask('POST', `/message/${call}/shop`, { number: number(), ...body })
      return until(`${call} arrives`, () => world.bob.messages().find(({ id }) => id === key.id))
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
    const { key } = await world.bot.ask('POST', '/message/sendText/shop', { number: number(), text: 'Wrong' })
    const read = () => world.bob.messages().find(({ id }) => id === key.id)
    await until('Bob reads it', read)
    await world.bot.ask('POST', '/chat/updateMessage/shop', { number: number(), key, text: 'Right' })
    await until('Bob reads that', () => read()?.editedText === 'Right')
    await world.bot.ask('DELETE', '/chat/deleteMessageForEveryone/shop', key)
    await until('it is gone', () => read()?.revoked)
  })

  it('sends what programs send with empty or other forms of fields', async () => {
    const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#336699' } })
      .png()
      .toBuffer()
    const media = `data:image/png;base64,${picture.toString('base64')}`
    for (const [call, body] of [
      ['sendText', { number: `${number()}@c.us`, text: 'To c.us' }],
      ['sendText', { number: Number(number()), text: 'To a number' }],
      ['sendText', { number: `+${number()}`, text: 'Empty', mentioned: [], quoted: null, delay: '1200' }],
      ['sendText', { number: number(), text: 'To nothing', quoted: { key: { id: '' } } }],
      ['sendMedia', { number: number(), mediatype: 'image', media, caption: '', fileName: '' }],
      ['sendMedia', { number: number(), mediaMessage: { mediatype: 'image', media: picture.toString('base64') } }],
      ['sendContact', { number: number(), contact: [{ fullName: 'John', phoneNumber: '4917012345678', wuid: '' }] }],
      ['sendLocation', { number: number(), latitude: 1.5, longitude: 2.5, name: '', address: '' }],
    ] as const) {
      const answer = await world.bot.call('POST', `/message/${call}/shop`, body)
      assert.equal(answer.status, 201, `${call} ${JSON.stringify(body).slice(0, 200)}: ${await answer.text()}`)
    }
  })

  it('reacts, hears reactions, and looks up numbers', async () => {
    const { id } = await world.bob.send(world.ana.id, { text: 'React to me' })
    const { body } = await world.bot.hooked('that message', heardId('messages.upsert', id))
    await world.bot.ask('POST', '/message/sendReaction/shop', { key: body.data.key, reaction: '🎉' })
    await until('Bob sees it', () =>
      Object.values(world.bob.messages().find((each) => each.id === id)?.reactions ?? {}).includes('🎉'),
    )
    await world.bob.send(world.ana.id, { reaction: { message: id, emoji: '👍' } })
    const told = await world.bot.hooked(
      'the reaction',
      ({ body: { data } }) => data.messageType === 'reactionMessage' && !data.key.fromMe,
    )
    assert.deepEqual(told.body.data.message.reactionMessage.text, '👍')
    const numbers = [number(), '4915112345678']
    const found = await world.bot.ask('POST', '/chat/whatsappNumbers/shop', { numbers })
    assert.deepEqual(
      found.map(({ exists, jid }: { exists: boolean; jid: string }) => [exists, jid]),
      [
        [true, world.bob.jid],
        [false, '4915112345678@s.whatsapp.net'],
      ],
    )
  })

  it('changes its webhook to a path for each event, in the form of version 1 too', async () => {
    const shown = await world.bot.ask('GET', '/webhook/find/shop')
    assert.deepEqual(
      [shown.url, shown.enabled, shown.webhookBase64, shown.headers],
      [world.url, true, true, { jwt_key: '********' }],
    )
    await world.bot.ask('POST', '/webhook/set/shop', {
      url: world.url,
      webhook_by_events: true,
      events: ['MESSAGES_UPSERT'],
    })
    const { id } = await world.bob.send(world.ana.id, { text: 'Where to?' })
    assert.equal((await world.bot.hooked('it', heardId('messages.upsert', id))).path, '/hook/messages-upsert')
    await world.bot.ask('POST', '/webhook/set/shop', { webhook: { enabled: false, url: world.url, events: [] } })
    assert.equal((await world.bot.ask('GET', '/webhook/find/shop')).enabled, false)
    const count = world.bot.hooks.length
    const { id: unheard } = await world.bob.send(world.ana.id, { text: 'To nobody' })
    const device = world.gateway.api.with({ authorization: `Bearer ${hash}` })
    await until('it is stored', async () => (await device.call('GET', `/messages/${unheard}`)).status === 200)
    assert.equal(world.bot.hooks.length, count)
  })

  /** What the bot gets of one message of Bob. */
  const hookOf = async (text: string) => {
    const { id } = await world.bob.send(world.ana.id, { text })
    return world.bot.hooked(text, heardId('messages.upsert', id))
  }
  const set = (webhook: unknown) => world.bot.call('POST', '/webhook/set/shop', { webhook })
  const refusalOf = async (answer: Response): Promise<string> => {
    assert.equal(answer.status, 400)
    return ((await answer.json()) as { response: { message: string[] } }).response.message[0]!
  }

  it('keeps what is hidden when what is shown comes back, in each form', async () => {
    const headers = { jwt_key: jwtKey, Authorization2: 'secret' }
    await set({ enabled: true, url: world.url, base64: true, byEvents: true, headers, events: ['MESSAGES_UPSERT'] })
    const shown = await world.bot.ask('GET', '/webhook/find/shop')
    assert.deepEqual(shown.headers, { jwt_key: '********', authorization2: '********' })
    const isWhole = (hook: Hooked) =>
      claimsOf(hook).app === 'evolution' && hook.headers['authorization2'] === 'secret' && hook.path.includes('upsert')
    // As it is, below webhook, and as the node for n8n writes it: without headers.
    await world.bot.ask('POST', '/webhook/set/shop', shown)
    assert.ok(isWhole(await hookOf('As it was shown')))
    await world.bot.ask('POST', '/webhook/set/shop', { webhook: { ...shown, url: `${world.url}/moved` } })
    assert.ok(isWhole(await hookOf('With another path')))
    const ofNode = {
      enabled: true,
      url: world.url,
      webhookByEvents: true,
      webhookBase64: true,
      events: ['MESSAGES_UPSERT'],
    }
    await world.bot.ask('POST', '/webhook/set/shop', { webhook: ofNode })
    assert.ok(isWhole(await hookOf('Of the node')))
    const after = await world.bot.ask('GET', '/webhook/find/shop')
    assert.deepEqual([after.webhookBase64, after.webhookByEvents, after.id], [true, true, shown.id])
  })

  it('gives what a header says to no other server, and takes nothing hidden where nothing is stored', async () => {
    const shown = await world.bot.ask('GET', '/webhook/find/shop')
    const url = world.url.replace('127.0.0.1', 'localhost')
    assert.match(await refusalOf(await set({ ...shown, url })), /^webhook\.headers\.authorization2: /)
    assert.match(await refusalOf(await set({ enabled: true, url, events: [] })), /^webhook\.headers\.authorization2: /)
    assert.match(await refusalOf(await set({ ...shown, headers: { other: '********' } })), /^webhook\.headers\.other: /)
    assert.deepEqual(await world.bot.ask('GET', '/webhook/find/shop'), shown)
    // The key signs, and is never sent.
    assert.equal((await set({ ...shown, url, headers: { jwt_key: '********' } })).status, 201)
    const hook = await hookOf('To the other server')
    assert.deepEqual([claimsOf(hook).app, hook.headers['authorization2']], ['evolution', undefined])
    const wish = { instanceName: 'hidden', webhook: { url, headers: { jwt_key: '********' } } }
    assert.match(
      await refusalOf(await world.bot.call('POST', '/instance/create', wish)),
      /^webhook\.headers\.jwt_key: /,
    )
    assert.equal((await world.bot.call('GET', '/instance/connectionState/hidden')).status, 404)
  })

  it('knows an event that comes again by its id', async () => {
    await set({ enabled: true, url: world.url, events: ['MESSAGES_UPSERT'] })
    world.bot.answers = 503
    const { id } = await world.bob.send(world.ana.id, { text: 'Again, please' })
    const isIt = heardId('messages.upsert', id)
    await until('the bot refuses it', () => world.bot.attempts.some(isIt))
    world.bot.answers = 200
    const [first] = world.bot.attempts.filter(isIt)
    assert.equal((await world.bot.hooked('it again', isIt)).headers['webhook-id'], first!.headers['webhook-id'])
    assert.match(String(first!.headers['webhook-id']), /^evt_\w+$/)
  })

  it('switches its webhook off without a URL, as the node for n8n does', async () => {
    assert.equal((await set({ enabled: false, url: 'vazio', events: [] })).status, 201)
    const off = await world.bot.ask('GET', '/webhook/find/shop')
    assert.deepEqual([off.enabled, off.headers], [false, { jwt_key: '********' }])
  })

  it('makes nothing of an instance that is refused, and changes nothing of one that is there', async () => {
    const before = await world.bot.ask('GET', '/webhook/find/shop')
    for (const [status, webhook] of [
      [400, { enabled: true, url: 'ftp://example.com/', events: [] }],
      [400, { enabled: true, url: 'nothing', events: [] }],
      [400, { enabled: true, url: world.url, events: ['MESSAGES'] }],
      [400, { enabled: true, url: world.url, headers: { Host: 'example.com' } }],
      [400, { enabled: 'yes', url: world.url }],
    ] as const) {
      assert.equal((await set(webhook)).status, status, JSON.stringify(webhook))
      const made = await world.bot.call('POST', '/instance/create', { instanceName: 'refused', webhook })
      assert.equal(made.status, status, JSON.stringify(webhook))
    }
    for (const [status, more] of [
      [501, { integration: 'WHATSAPP-BUSINESS' }],
      [501, { proxyHost: 'proxy.example.com', proxyPort: '80', proxyProtocol: 'http' }],
      [400, { qrcode: true, number: 'nobody' }],
    ] as const)
      assert.equal(
        (await world.bot.call('POST', '/instance/create', { instanceName: 'refused', ...more })).status,
        status,
      )
    assert.equal((await world.bot.call('GET', '/instance/connectionState/refused')).status, 404)
    assert.deepEqual(await world.bot.ask('GET', '/webhook/find/shop'), before)
  })

  it('is told nothing of groups when it wants that, and which settings are not followed', async () => {
    const webhook = { url: `${world.url}`, events: ['MESSAGES_UPSERT'], headers: { 'X-Secret': 'a secret' } }
    const wanted = { instanceName: 'ungrouped', groupsIgnore: true, rejectCall: true, token: 'mine', webhook }
    const answer = await world.bot.call('POST', '/instance/create', wanted)
    assert.equal(answer.headers.get('x-switchboard-ignored'), 'rejectCall, token')
    // biome-ignore lint/suspicious/noExplicitAny: as the bot reads it.
    const made = (await answer.json()) as any
    assert.deepEqual(made.webhook.webhookHeaders, { 'X-Secret': '********' })
    await world.bot.ask('POST', '/webhook/set/ungrouped', { webhook: { ...webhook, enabled: true } })
    const eve = await world.gateway.phone('Eve')
    await eve.scan((await world.bot.ask('GET', '/instance/connect/ungrouped')).code)
    await until('it is linked', async () => {
      return (await world.bot.ask('GET', '/instance/connectionState/ungrouped')).instance.state === 'open'
    })
    const group = await world.bob.groups.create({ subject: 'Not for bots', participants: [eve.id] })
    const { id: inGroup } = await world.bob.send(group.jid, { text: 'Among us' })
    const { id } = await world.bob.send(eve.id, { text: 'To you' })
    await world.bot.hooked('that', heardId('messages.upsert', id))
    assert.ok(!world.bot.hooks.some(heardId('messages.upsert', inGroup)))
    await world.bot.ask('DELETE', '/instance/delete/ungrouped')
  })

  it('uses the token of the instance, which opens no other', async () => {
    const own = world.other(hash)
    assert.equal((await own.ask('GET', '/instance/connectionState/shop')).instance.state, 'open')
    await world.bot.ask('POST', '/instance/create', { instanceName: 'second' })
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
    await refused(401, () => world.bot.call('GET', '/instance/fetchInstances', undefined, { apikey: 'wrong' }))
    await refused(404, () => world.bot.call('GET', '/instance/connectionState/nobody'))
    await refused(400, () => world.bot.call('POST', '/message/sendText/shop', { number: number() }))
    const other = world.other((await world.gateway.createKey()).key)
    await refused(404, () => other.call('POST', '/message/sendText/shop', { number: number(), text: 'Not mine' }))
  })

  it('logs out, and removes its instance', async () => {
    assert.equal((await world.bot.ask('DELETE', '/instance/logout/shop')).status, 'SUCCESS')
    assert.equal((await world.bot.call('DELETE', '/instance/logout/shop')).status, 400)
    await world.bot.ask('DELETE', '/instance/delete/shop')
    assert.equal((await world.bot.call('GET', '/instance/connectionState/shop')).status, 404)
  })
})
