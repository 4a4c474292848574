import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'
import { Bot, type Hooked } from '../testing/bot.ts'

const hmacKey = 'your-secret-key'
const events = [
  ...['message', 'message.any', 'message.ack', 'message.reaction', 'message.edited', 'message.revoked', 'poll.vote'],
  ...['session.status', 'presence.update'],
]

const isGenuine = ({ headers, raw }: Hooked): boolean =>
  headers['x-webhook-hmac'] === createHmac('sha512', hmacKey).update(raw).digest('hex') &&
  headers['x-webhook-hmac-algorithm'] === 'sha512'

describe('a bot that was written for WAHA', () => {
  let gateway: TestGateway
  let key: string
  let bot: Bot
  let url: string
  let ana: Phone
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { SWITCHBOARD_COMPAT: 'waha' } })
    key = (await gateway.createKey()).key
    bot = new Bot(gateway.api.url, { 'X-Api-Key': key })
    url = await bot.start()
    ana = await gateway.phone('Ana')
    bob = await gateway.phone('Bob')
  })
  after(async () => {
    await bot.stop()
    await gateway.stop()
  })

  const chatId = () => `${bob.jid.replace(/@.*/, '')}@c.us`
  const config = () => ({
    metadata: { 'user.id': '123' },
    webhooks: [{ url, events, hmac: { key: hmacKey }, customHeaders: [{ name: 'X-My-Header', value: 'Mine' }] }],
  })
  const inWaha = (name: string) => (hook: Hooked) => hook.body.event === name

  it('creates a session with its webhook, and is refused the same name again', async () => {
    const made = await bot.ask('POST', '/api/sessions', { name: 'default', config: config() })
    assert.deepEqual([made.name, made.status, made.me], ['default', 'SCAN_QR_CODE', null])
    for (const secret of [hmacKey, 'Mine']) assert.equal(JSON.stringify(made).includes(secret), false)
    const again = await bot.call('POST', '/api/sessions', { name: 'default' })
    assert.equal(again.status, 422)
    assert.match(((await again.json()) as { message: string }).message, /already exists/)
  })

  it('shows the code in each of its forms, and is told when a phone has scanned it', async () => {
    const picture = await bot.call('GET', '/api/default/auth/qr')
    assert.equal(picture.headers.get('content-type'), 'image/png')
    assert.equal((await sharp(await picture.arrayBuffer()).metadata()).format, 'png')
    const inJson = await bot.ask('GET', '/api/default/auth/qr', undefined, { accept: 'application/json' })
    assert.equal(inJson.mimetype, 'image/png')
    await ana.scan((await bot.ask('GET', '/api/default/auth/qr?format=raw')).value)
    const working = await bot.hooked('WORKING', ({ body }) => body.payload.status === 'WORKING')
    assert.ok(isGenuine(working))
    assert.deepEqual(
      [working.body.event, working.body.session, working.body.metadata, working.headers['x-my-header']],
      ['session.status', 'default', { 'user.id': '123' }, 'Mine'],
    )
    const session = await until('the session works', async () => {
      const shown = await bot.ask('GET', '/api/sessions/default')
      return shown.status === 'WORKING' && shown
    })
    assert.equal(session.me.id, ana.jid.replace(/@.*/, '@c.us'))
    assert.deepEqual((await bot.ask('GET', '/api/sessions/default/me')).id, session.me.id)
    assert.equal((await bot.call('GET', '/api/default/auth/qr')).status, 422)
  })

  it('answers what it hears, and the other phone reads the answer', async () => {
    bot.hear = async ({ body: { event, session, payload } }) => {
      if (event !== 'message') return
      await bot.ask('POST', '/api/sendSeen', { session, chatId: payload.from, messageIds: [payload.id] })
      await bot.ask('POST', '/api/startTyping', { session, chatId: payload.from })
      await bot.ask('POST', '/api/stopTyping', { session, chatId: payload.from })
      const text = `You said: ${payload.body}`
      await bot.ask('POST', '/api/sendText', { session, chatId: payload.from, text, reply_to: payload.id })
    }
    const { id } = await bob.send(ana.id, { text: 'Hello, bot' })
    const heard = await bot.hooked('the message', inWaha('message'))
    assert.ok(isGenuine(heard))
    const { payload, me } = heard.body
    assert.deepEqual(
      [payload.id, payload.from, payload.to, payload.fromMe, payload.hasMedia, payload.body],
      [`false_${chatId()}_${id}`, chatId(), me.id, false, false, 'Hello, bot'],
    )
    const read = await until('Bob reads the answer', () =>
      bob.messages().find(({ fromMe, text }) => !fromMe && text === 'You said: Hello, bot'),
    )
    const any = await bot.hooked('its own message', ({ body }) => body.event === 'message.any' && body.payload.fromMe)
    assert.deepEqual(
      [any.body.payload.id, any.body.payload.source, any.body.payload.to, any.body.payload.replyTo.id],
      [`true_${chatId()}_${read.id}`, 'api', chatId(), id],
    )
    const isAck = (name: string) => (hook: Hooked) =>
      inWaha('message.ack')(hook) && hook.body.payload.id === any.body.payload.id && hook.body.payload.ackName === name
    await bot.hooked('the server', isAck('SERVER'))
    await bot.hooked('the delivery', isAck('DEVICE'))
    await until('Bob sees that his was read', () =>
      bob.messages().some((each) => each.id === id && each.receipts.some(({ type }) => type === 'read')),
    )
    bot.hear = async () => {}
  })

  it('sends files of each kind, by address or in base64', async () => {
    const image = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer()
    const said = { session: 'default', chatId: chatId() }
    const arrives = async (call: string, body: object) => {
      const sent = await bot.ask('POST', call, { ...said, ...body })
      assert.equal(sent.id, `true_${chatId()}_${sent.key.id}`)
      return until(`${call} arrives`, () =>
        bob.messages().find(({ id, media }) => id === sent.key.id && media === 'here'),
      )
    }
    const data = image.toString('base64')
    const file = { mimetype: 'image/jpeg', filename: 'a.jpg', data }
    const picture = await arrives('/api/sendImage', { file, caption: 'A picture' })
    assert.deepEqual([picture.kind, picture.text], ['image', 'A picture'])
    const document = { mimetype: 'text/plain', filename: 'notes.txt', data: Buffer.from('Notes').toString('base64') }
    assert.equal((await arrives('/api/sendFile', { file: document })).kind, 'document')
  })

  it('hears files with a link, and messages of groups with their author', async () => {
    const data = await sharp({ create: { width: 30, height: 30, channels: 3, background: '#996633' } })
      .jpeg()
      .toBuffer()
    const { id } = await bob.send(ana.id, { image: { data } })
    const { body } = await bot.hooked('the picture', (hook) => hook.body.payload.id === `false_${chatId()}_${id}`)
    assert.deepEqual([body.payload.hasMedia, body.payload.media.mimetype], [true, 'image/jpeg'])
    const file = await fetch(body.payload.media.url, { headers: { 'X-Api-Key': key } })
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), data)
    const group = await bob.groups.create({ subject: 'Team', participants: [ana.id] })
    const { id: inGroup } = await bob.send(group.jid, { text: 'All of you' })
    const heard = await bot.hooked('the group', ({ body }) => String(body.payload.id).includes(inGroup))
    const { payload } = heard.body
    assert.deepEqual(
      [payload.id, payload.from, payload.participant],
      [`false_${group.jid}_${inGroup}_${chatId()}`, group.jid, chatId()],
    )
    await bot.ask('POST', '/api/sendText', { session: 'default', chatId: payload.from, text: 'I hear you' })
    await until('Bob reads it', () =>
      bob.messages().find(({ text, chat }) => text === 'I hear you' && chat === group.jid),
    )
  })

  it('reacts, and hears reactions', async () => {
    const { id } = await bob.send(ana.id, { text: 'React to me' })
    const heard = await bot.hooked('that message', ({ body }) => body.payload.id === `false_${chatId()}_${id}`)
    await bot.ask('PUT', '/api/reaction', { session: 'default', messageId: heard.body.payload.id, reaction: '🎉' })
    await until('Bob sees it', () =>
      Object.values(bob.messages().find((each) => each.id === id)?.reactions ?? {}).includes('🎉'),
    )
    await bob.send(ana.id, { reaction: { message: id, emoji: '👍' } })
    const isHis = (hook: Hooked) => inWaha('message.reaction')(hook) && !hook.body.payload.fromMe
    const told = await bot.hooked('the reaction', isHis)
    assert.deepEqual(
      [told.body.payload.reaction, told.body.payload.from, told.body.payload.fromMe],
      [{ text: '👍', messageId: heard.body.payload.id }, chatId(), false],
    )
    // A reaction is no message there.
    assert.equal(
      bot.hooks.some((hook) => inWaha('message')(hook) && hook.body.payload.body === '' && !hook.body.payload.hasMedia),
      false,
    )
    const listed = await bot.ask('GET', `/api/default/chats/${chatId()}/messages?limit=1`)
    assert.deepEqual([listed[0].body, listed[0].id], ['React to me', heard.body.payload.id])
  })

  it('sends places, cards and polls, and hears votes', async () => {
    const said = { session: 'default', chatId: chatId() }
    const arrives = async (call: string, body: object) => {
      const { key } = await bot.ask('POST', call, { ...said, ...body })
      return until(`${call} arrives`, () => bob.messages().find(({ id }) => id === key.id))
    }
    const place = { latitude: 38.8937255, longitude: -77.0969763, title: 'Our office' }
    assert.equal((await arrives('/api/sendLocation', place)).kind, 'location')
    const contacts = [{ fullName: 'John Doe', phoneNumber: '+49 170 12345678', organization: 'Company' }]
    assert.match((await arrives('/api/sendContactVcard', { contacts })).kind, /contact/)
    const poll = { name: 'How are you?', options: ['Awesome!', 'Good!'], multipleAnswers: false }
    const asked = await arrives('/api/sendPoll', { poll })
    await bob.send(ana.id, { vote: { poll: asked.id, options: ['Good!'] } })
    const { payload } = (await bot.hooked('the vote', inWaha('poll.vote'))).body
    assert.deepEqual(
      [payload.vote.selectedOptions, payload.vote.from, payload.poll.id],
      [['Good!'], chatId(), `true_${chatId()}_${asked.id}`],
    )
  })

  it('sends once for an Idempotency-Key, edits what it sent, and takes it back', async () => {
    const said = { session: 'default', chatId: chatId(), text: 'Only once' }
    const once = { 'Idempotency-Key': 'only-once' }
    const { id, key: named } = await bot.ask('POST', '/api/sendText', said, once)
    assert.equal((await bot.ask('POST', '/api/sendText', said, once)).id, id)
    const read = () => bob.messages().filter((each) => each.id === named.id)
    await until('Bob reads it', () => read().length > 0)
    assert.equal(bob.messages().filter(({ text }) => text === 'Only once').length, 1)
    const place = `/api/default/chats/${encodeURIComponent(chatId())}/messages/${encodeURIComponent(id)}`
    await bot.ask('PUT', place, { text: 'Once, and edited' })
    await until('Bob reads that', () => read()[0]?.editedText === 'Once, and edited')
    await bot.ask('DELETE', place)
    await until('it is gone', () => read()[0]?.revoked)
  })

  it('looks up numbers', async () => {
    const number = bob.jid.replace(/@.*/, '')
    const found = await bot.ask('GET', `/api/contacts/check-exists?session=default&phone=${number}`)
    assert.deepEqual(found, { numberExists: true, chatId: chatId() })
    const none = await bot.ask('GET', '/api/contacts/check-exists?session=default&phone=4915112345678')
    assert.equal(none.numberExists, false)
  })

  it('may set the same webhooks as often as it likes, is told which events are not delivered, and loses nothing while it is down', async () => {
    bot.answers = 503
    const { id } = await bob.send(ana.id, { text: 'Are you there?' })
    const answer = await bot.call('PUT', '/api/sessions/default', { config: config() })
    assert.equal(answer.headers.get('x-switchboard-not-delivered'), 'presence.update')
    const shown = ((await answer.json()) as { config: { webhooks: { hmac: { key: string } }[] } }).config.webhooks
    assert.equal(shown.length, 1)
    // What is shown may be sent back as it is.
    await bot.ask('PUT', '/api/sessions/default', { config: { webhooks: shown, metadata: { 'user.id': '123' } } })
    bot.answers = 200
    const late = await bot.hooked('it later', ({ body }) => body.payload.id === `false_${chatId()}_${id}`)
    assert.ok(isGenuine(late))
    assert.equal(late.headers['x-my-header'], 'Mine')
  })

  it('is refused in the form that it knows', async () => {
    const refused = async (status: number, call: () => Promise<Response>) => {
      const answer = await call()
      const body = (await answer.json()) as { statusCode: number; message: string; error: string }
      assert.deepEqual([answer.status, body.statusCode], [status, status])
      assert.ok(body.message && body.error)
    }
    await refused(401, () => bot.call('GET', '/api/sessions', undefined, { 'X-Api-Key': 'wrong' }))
    await refused(404, () => bot.call('GET', '/api/sessions/nobody'))
    await refused(400, () => bot.call('POST', '/api/sendText', { session: 'default', chatId: chatId() }))
    await refused(501, () => bot.call('POST', '/api/sessions/default/stop'))
    const unknown = { config: { webhooks: [{ url, events: ['messages'] }] } }
    await refused(400, () => bot.call('PUT', '/api/sessions/default', unknown))
    const other = new Bot(gateway.api.url, { 'X-Api-Key': (await gateway.createKey()).key })
    await refused(404, () => other.call('POST', '/api/sendText', { chatId: chatId(), text: 'Not mine' }))
    assert.deepEqual(await other.ask('GET', '/api/sessions'), [])
  })

  it('makes nothing of a session that is refused, and changes nothing of one that is there', async () => {
    const good = { url: `${url}/good`, events: ['message'] }
    const before = await bot.ask('GET', '/api/sessions/default')
    for (const bad of [
      { url: 'ftp://example.com/', events: ['message'] },
      { url, events: ['messages'] },
    ]) {
      const wish = { config: { webhooks: [good, bad] } }
      for (const path of ['/api/sessions', '/api/sessions/start'])
        assert.equal((await bot.call('POST', path, { name: 'second', start: false, ...wish })).status, 400)
      assert.equal((await bot.call('GET', '/api/sessions/second')).status, 404)
      assert.equal((await bot.call('PUT', '/api/sessions/default', wish)).status, 400)
      assert.deepEqual(await bot.ask('GET', '/api/sessions/default'), before)
    }
    await bot.ask('POST', '/api/sessions', { name: 'second', start: false, config: { webhooks: [good] } })
    await bot.ask('DELETE', '/api/sessions/second')
  })

  it('gives each of its events an id of its own', () => {
    const ids = Map.groupBy(bot.hooks, ({ body }) => body.id)
    for (const [id, hooks] of ids) assert.equal(new Set(hooks.map(({ body }) => body.event)).size, 1, id)
  })

  it('logs out, and removes its session', async () => {
    await bot.ask('POST', '/api/sessions/default/logout')
    await bot.hooked('the end', ({ body }) => body.payload.status === 'FAILED')
    assert.equal((await bot.ask('GET', '/api/sessions'))[0].status, 'STOPPED')
    await bot.ask('DELETE', '/api/sessions/default')
    await bot.ask('DELETE', '/api/sessions/default')
    assert.deepEqual(await bot.ask('GET', '/api/sessions'), [])
  })
})
