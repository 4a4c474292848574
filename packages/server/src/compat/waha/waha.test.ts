import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import sharp from 'sharp'
import { until } from '../../testing/until.ts'
import type { Hooked } from '../testing/bot.ts'
import { botWorld } from '../testing/bot-world.ts'

const hmacKey = 'your-secret-key'
const events = [
  ...['message', 'message.any', 'message.ack', 'message.reaction', 'message.edited', 'message.revoked', 'poll.vote'],
  ...['session.status', 'presence.update'],
]

const isGenuine = ({ headers, raw }: Hooked): boolean =>
  headers['x-webhook-hmac'] === createHmac('sha512', hmacKey).update(raw).digest('hex') &&
  headers['x-webhook-hmac-algorithm'] === 'sha512'

describe('a bot that was written for WAHA', () => {
  const world = botWorld('waha')

  const chatId = () => `${world.bob.jid.replace(/@.*/, '')}@c.us`
  const config = () => ({
    metadata: { 'user.id': '123' },
    webhooks: [
      { url: world.url, events, hmac: { key: hmacKey }, customHeaders: [{ name: 'X-My-Header', value: 'Mine' }] },
    ],
  })
  const inWaha = (name: string) => (hook: Hooked) => hook.body.event === name

  it('creates a session with its webhook, and is refused the same name again', async () => {
    const made = await world.bot.ask('POST', '/api/sessions', { name: 'default', config: config() })
    assert.deepEqual([made.name, made.status, made.me], ['default', 'SCAN_QR_CODE', null])
    for (const secret of [hmacKey, 'Mine']) assert.equal(JSON.stringify(made).includes(secret), false)
    const again = await world.bot.call('POST', '/api/sessions', { name: 'default' })
    assert.equal(again.status, 422)
    assert.match(((await again.json()) as { message: string }).message, /already exists/)
  })

  it('shows the code in each of its forms, and is told when a phone has scanned it', async () => {
    const picture = await world.bot.call('GET', '/api/default/auth/qr')
    assert.equal(picture.headers.get('content-type'), 'image/png')
    assert.equal((await sharp(await picture.arrayBuffer()).metadata()).format, 'png')
    const inJson = await world.bot.ask('GET', '/api/default/auth/qr', undefined, { accept: 'application/json' })
    assert.equal(inJson.mimetype, 'image/png')
    await world.ana.scan((await world.bot.ask('GET', '/api/default/auth/qr?format=raw')).value)
    const working = await world.bot.hooked('WORKING', ({ body }) => body.payload.status === 'WORKING')
    assert.ok(isGenuine(working))
    assert.deepEqual(
      [working.body.event, working.body.session, working.body.metadata, working.headers['x-my-header']],
      ['session.status', 'default', { 'user.id': '123' }, 'Mine'],
    )
    const session = await until('the session works', async () => {
      const shown = await world.bot.ask('GET', '/api/sessions/default')
      return shown.status === 'WORKING' && shown
    })
    assert.equal(session.me.id, world.ana.jid.replace(/@.*/, '@c.us'))
    assert.deepEqual((await world.bot.ask('GET', '/api/sessions/default/me')).id, session.me.id)
    assert.equal((await world.bot.call('GET', '/api/default/auth/qr')).status, 422)
  })

  it('answers what it hears, and the other phone reads the answer', async () => {
    world.bot.hear = async ({ body: { event, session, payload } }) => {
      if (event !== 'message') return
      await world.bot.ask('POST', '/api/sendSeen', { session, chatId: payload.from, messageIds: [payload.id] })
      await world.bot.ask('POST', '/api/startTyping', { session, chatId: payload.from })
      await world.bot.ask('POST', '/api/stopTyping', { session, chatId: payload.from })
      const text = `You said: ${payload.body}`
      await world.bot.ask('POST', '/api/sendText', { session, chatId: payload.from, text, reply_to: payload.id })
    }
    const { id } = await world.bob.send(world.ana.id, { text: 'Hello, bot' })
    const heard = await world.bot.hooked('the message', inWaha('message'))
    assert.ok(isGenuine(heard))
    const { payload, me } = heard.body
    assert.deepEqual(
      [payload.id, payload.from, payload.to, payload.fromMe, payload.hasMedia, payload.body],
      [`false_${chatId()}_${id}`, chatId(), me.id, false, false, 'Hello, bot'],
    )
    const read = await until('Bob reads the answer', () =>
      world.bob.messages().find(({ fromMe, text }) => !fromMe && text === 'You said: Hello, bot'),
    )
    const any = await world.bot.hooked(
      'its own message',
      ({ body }) => body.event === 'message.any' && body.payload.fromMe,
    )
    assert.deepEqual(
      [any.body.payload.id, any.body.payload.source, any.body.payload.to, any.body.payload.replyTo.id],
      [`true_${chatId()}_${read.id}`, 'api', chatId(), id],
    )
    const isAck = (name: string) => (hook: Hooked) =>
      inWaha('message.ack')(hook) && hook.body.payload.id === any.body.payload.id && hook.body.payload.ackName === name
    await world.bot.hooked('the server', isAck('SERVER'))
    await world.bot.hooked('the delivery', isAck('DEVICE'))
    await until('Bob sees that his was read', () =>
      world.bob.messages().some((each) => each.id === id && each.receipts.some(({ type }) => type === 'read')),
    )
    world.bot.hear = async () => {}
  })

  it('sends files of each kind, by address or in base64', async () => {
    const image = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer()
    const said = { session: 'default', chatId: chatId() }
    const arrives = async (call: string, body: object) => {
      const sent = await world.bot.ask('POST', call, { ...said, ...body })
      assert.equal(sent.id, `true_${chatId()}_${sent.key.id}`)
      return until(`${call} arrives`, () =>
        world.bob.messages().find(({ id, media }) => id === sent.key.id && media === 'here'),
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
    const { id } = await world.bob.send(world.ana.id, { image: { data } })
    const { body } = await world.bot.hooked('the picture', (hook) => hook.body.payload.id === `false_${chatId()}_${id}`)
    assert.deepEqual([body.payload.hasMedia, body.payload.media.mimetype], [true, 'image/jpeg'])
    const file = await fetch(body.payload.media.url, { headers: { 'X-Api-Key': world.key } })
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), data)
    const group = await world.bob.groups.create({ subject: 'Team', participants: [world.ana.id] })
    const { id: inGroup } = await world.bob.send(group.jid, { text: 'All of you' })
    const heard = await world.bot.hooked('the group', ({ body }) => String(body.payload.id).includes(inGroup))
    const { payload } = heard.body
    assert.deepEqual(
      [payload.id, payload.from, payload.participant],
      [`false_${group.jid}_${inGroup}_${chatId()}`, group.jid, chatId()],
    )
    await world.bot.ask('POST', '/api/sendText', { session: 'default', chatId: payload.from, text: 'I hear you' })
    await until('Bob reads it', () =>
      world.bob.messages().find(({ text, chat }) => text === 'I hear you' && chat === group.jid),
    )
  })

  it('reacts, and hears reactions', async () => {
    const { id } = await world.bob.send(world.ana.id, { text: 'React to me' })
    const heard = await world.bot.hooked('that message', ({ body }) => body.payload.id === `false_${chatId()}_${id}`)
    await world.bot.ask('PUT', '/api/reaction', {
      session: 'default',
      messageId: heard.body.payload.id,
      reaction: '🎉',
    })
    await until('Bob sees it', () =>
      Object.values(world.bob.messages().find((each) => each.id === id)?.reactions ?? {}).includes('🎉'),
    )
    await world.bob.send(world.ana.id, { reaction: { message: id, emoji: '👍' } })
    const isHis = (hook: Hooked) => inWaha('message.reaction')(hook) && !hook.body.payload.fromMe
    const told = await world.bot.hooked('the reaction', isHis)
    assert.deepEqual(
      [told.body.payload.reaction, told.body.payload.from, told.body.payload.fromMe],
      [{ text: '👍', messageId: heard.body.payload.id }, chatId(), false],
    )
    // A reaction is no message there.
    assert.equal(
      world.bot.hooks.some(
        (hook) => inWaha('message')(hook) && hook.body.payload.body === '' && !hook.body.payload.hasMedia,
      ),
      false,
    )
    const listed = await world.bot.ask('GET', `/api/default/chats/${chatId()}/messages?limit=1`)
    assert.deepEqual([listed[0].body, listed[0].id], ['React to me', heard.body.payload.id])
  })

  it('sends places, cards and polls, and hears votes', async () => {
    const said = { session: 'default', chatId: chatId() }
    const arrives = async (call: string, body: object) => {
      const { key } = await world.bot.ask('POST', call, { ...said, ...body })
      return until(`${call} arrives`, () => world.bob.messages().find(({ id }) => id === key.id))
    }
    const place = { latitude: 38.8937255, longitude: -77.0969763, title: 'Our office' }
    assert.equal((await arrives('/api/sendLocation', place)).kind, 'location')
    const contacts = [{ fullName: 'John Doe', phoneNumber: '+49 170 12345678', organization: 'Company' }]
    assert.match((await arrives('/api/sendContactVcard', { contacts })).kind, /contact/)
    const poll = { name: 'How are you?', options: ['Awesome!', 'Good!'], multipleAnswers: false }
    const asked = await arrives('/api/sendPoll', { poll })
    await world.bob.send(world.ana.id, { vote: { poll: asked.id, options: ['Good!'] } })
    const { payload } = (await world.bot.hooked('the vote', inWaha('poll.vote'))).body
    assert.deepEqual(
      [payload.vote.selectedOptions, payload.vote.from, payload.poll.id],
      [['Good!'], chatId(), `true_${chatId()}_${asked.id}`],
    )
  })

  it('sends once for an Idempotency-Key, edits what it sent, and takes it back', async () => {
    const said = { session: 'default', chatId: chatId(), text: 'Only once' }
    const once = { 'Idempotency-Key': 'only-once' }
    const { id, key: named } = await world.bot.ask('POST', '/api/sendText', said, once)
    assert.equal((await world.bot.ask('POST', '/api/sendText', said, once)).id, id)
    const read = () => world.bob.messages().filter((each) => each.id === named.id)
    await until('Bob reads it', () => read().length > 0)
    assert.equal(world.bob.messages().filter(({ text }) => text === 'Only once').length, 1)
    const place = `/api/default/chats/${encodeURIComponent(chatId())}/messages/${encodeURIComponent(id)}`
    await world.bot.ask('PUT', place, { text: 'Once, and edited' })
    await until('Bob reads that', () => read()[0]?.editedText === 'Once, and edited')
    await world.bot.ask('DELETE', place)
    await until('it is gone', () => read()[0]?.revoked)
  })

  it('sends what programs send with empty or other forms of fields', async () => {
    const to = chatId()
    const data = (
      await sharp({ create: { width: 20, height: 20, channels: 3, background: '#336699' } })
        .png()
        .toBuffer()
    ).toString('base64')
    for (const [call, body] of [
      ['sendText', { chatId: to, text: 'No session' }],
      ['sendText', { chatId: to.replace('@c.us', '@s.whatsapp.net'), text: 'Of the other server', reply_to: '' }],
      ['sendText', { chatId: to.replace('@c.us', ''), text: 'A number', mentions: [], linkPreviewHighQuality: true }],
      ['sendImage', { chatId: to, file: { mimetype: 'image/png', filename: null, url: '', data }, caption: '' }],
      ['sendImage', { chatId: to, file: { data: `data:image/png;base64,${data}` }, caption: null }],
      ['sendLocation', { chatId: to, latitude: 1.5, longitude: 2.5, title: '', reply_to: null }],
      [
        'sendContactVcard',
        { chatId: to, contacts: [{ fullName: 'John', phoneNumber: '+4917012345678', whatsappId: '', vcard: null }] },
      ],
      ['sendSeen', { chatId: to, messageId: null, participant: null }],
      ['startTyping', { chatId: to, session: 'default' }],
    ] as const) {
      const answer = await world.bot.call('POST', `/api/${call}`, body)
      assert.equal(answer.status, 201, `${call} ${JSON.stringify(body).slice(0, 200)}: ${await answer.text()}`)
    }
  })

  it('hears that a message that it answers is not there', async () => {
    const said = { chatId: chatId(), text: 'As you said', reply_to: `false_${chatId()}_3EB0NOTSTORED` }
    const answer = await world.bot.call('POST', '/api/sendText', said)
    assert.deepEqual(
      [answer.status, ((await answer.json()) as { message: string }).message],
      [404, 'reply_to: Message not found'],
    )
  })

  it('looks up numbers', async () => {
    const number = world.bob.jid.replace(/@.*/, '')
    const found = await world.bot.ask('GET', `/api/contacts/check-exists?session=default&phone=${number}`)
    assert.deepEqual(found, { numberExists: true, chatId: chatId() })
    const none = await world.bot.ask('GET', '/api/contacts/check-exists?session=default&phone=4915112345678')
    assert.equal(none.numberExists, false)
  })

  it('may set the same webhooks as often as it likes, is told which events are not delivered, and loses nothing while it is down', async () => {
    world.bot.answers = 503
    const { id } = await world.bob.send(world.ana.id, { text: 'Are you there?' })
    const answer = await world.bot.call('PUT', '/api/sessions/default', { config: config() })
    assert.equal(answer.headers.get('x-switchboard-not-delivered'), 'presence.update')
    const shown = ((await answer.json()) as { config: { webhooks: { hmac: { key: string } }[] } }).config.webhooks
    assert.equal(shown.length, 1)
    // What is shown may be sent back as it is.
    await world.bot.ask('PUT', '/api/sessions/default', { config: { webhooks: shown, metadata: { 'user.id': '123' } } })
    world.bot.answers = 200
    const isIt = ({ body }: Hooked) => body.event === 'message' && body.payload.id === `false_${chatId()}_${id}`
    const late = await world.bot.hooked('it later', isIt)
    // Each attempt has the same id, so that receivers know it again.
    const ids = world.bot.attempts.filter(isIt).map(({ body, headers }) => [body.id, headers['x-webhook-request-id']])
    assert.ok(ids.length > 1)
    assert.deepEqual([...new Set(ids.flat())], [late.body.id])
    assert.ok(isGenuine(late))
    assert.equal(late.headers['x-my-header'], 'Mine')
  })

  const deviceId = async () => {
    const api = world.gateway.api.with({ 'x-api-key': world.key })
    return (await api.get<{ devices: { device_id: string }[] }>('/devices')).devices[0]!.device_id
  }

  /** What the bot gets of one message of Bob. */
  const hookOf = async (text: string, count = 1) => {
    const { id } = await world.bob.send(world.ana.id, { text })
    const those = () => world.bot.hooks.filter(({ body }) => String(body.payload.id).includes(id))
    await until(`the bot hears ${text}`, () => those().length >= count)
    return those()
  }
  const put = (webhooks: unknown) => world.bot.call('PUT', '/api/sessions/default', { config: { webhooks } })
  const shownWebhooks = async () => (await world.bot.ask('GET', '/api/sessions/default')).config.webhooks

  it('keeps its key and its headers when what is shown comes back with another path', async () => {
    const [shown] = await shownWebhooks()
    assert.deepEqual(
      [shown.hmac, shown.customHeaders],
      [{ key: '********' }, [{ name: 'X-My-Header', value: '********' }]],
    )
    assert.equal((await put([{ ...shown, url: `${world.url}/moved`, events: ['message'] }])).status, 200)
    const [moved] = await hookOf('To the new path')
    assert.deepEqual([moved!.path, moved!.headers['x-my-header'], isGenuine(moved!)], ['/hook/moved', 'Mine', true])
  })

  it('gives what a header says to no other server, but goes on signing', async () => {
    const [shown] = await shownWebhooks()
    const before = JSON.stringify(await world.bot.ask('GET', '/api/sessions/default'))
    const elsewhere = { ...shown, url: shown.url.replace('127.0.0.1', 'localhost') }
    const refused = await put([elsewhere])
    assert.equal(refused.status, 400)
    assert.match(
      ((await refused.json()) as { message: string }).message,
      /^config\.webhooks\.0\.customHeaders\.0\.value: /,
    )
    assert.equal(JSON.stringify(await world.bot.ask('GET', '/api/sessions/default')), before)
    const api = world.gateway.api.with({ 'x-api-key': world.key, 'x-device-id': await deviceId() })
    const { webhooks } = await api.get<{ webhooks: { id: number }[] }>('/webhooks')
    await api.refuses('invalid_webhook_url', 'PATCH', `/webhooks/${webhooks[0]!.id}`, { url: elsewhere.url })
    await api.patch(`/webhooks/${webhooks[0]!.id}`, { url: `${world.url}/patched` })
    assert.equal((await shownWebhooks())[0].url, `${world.url}/patched`)
    assert.equal((await put([{ ...elsewhere, customHeaders: null }])).status, 200)
    const [signed] = await hookOf('To the other server')
    assert.deepEqual([isGenuine(signed!), signed!.headers['x-my-header']], [true, undefined])
  })

  it('refuses what is hidden where nothing is stored', async () => {
    const fresh = { url: world.url, events: ['message'] }
    for (const [field, webhook] of [
      ['hmac.key', { ...fresh, hmac: { key: '********' } }],
      ['customHeaders.0.value', { ...fresh, customHeaders: [{ name: 'X-New', value: '********' }] }],
    ] as const) {
      const wish = { name: 'hidden', start: false, config: { webhooks: [webhook] } }
      const refused = await world.bot.call('POST', '/api/sessions', wish)
      assert.equal(refused.status, 400)
      assert.match(((await refused.json()) as { message: string }).message, new RegExp(`^config.webhooks.0.${field}: `))
      assert.equal((await world.bot.call('GET', '/api/sessions/hidden')).status, 404)
    }
    await put([fresh])
    const unsigned = await put([{ ...fresh, hmac: { key: '********' } }])
    assert.equal(unsigned.status, 400)
  })

  it('keeps apart two webhooks of one URL', async () => {
    const with_ = (value: string, more = {}) => ({
      ...{ url: world.url, events: ['message'], customHeaders: [{ name: 'X-My-Header', value }] },
      ...more,
    })
    const heard = async (text: string, count: number) =>
      (await hookOf(text, count)).map(({ headers }) => headers['x-my-header']).sort()
    await put([with_('one'), with_('two')])
    assert.deepEqual(await heard('To both', 2), ['one', 'two'])
    const shown = await shownWebhooks()
    assert.equal(shown.length, 2)
    await put([...shown].reverse())
    assert.deepEqual(await heard('To both again', 2), ['one', 'two'])
    // Which of the two stays cannot be told.
    const refused = await put([with_('********', { events: ['message', 'message.ack'] })])
    assert.match(((await refused.json()) as { message: string }).message, /customHeaders\.0\.value/)
    await put([with_('one'), with_('two', { events: ['message', 'message.ack'] })])
    await put([(await shownWebhooks())[1]])
    assert.deepEqual(await heard('To one', 1), ['two'])
  })

  it('replaces a configuration as a whole, and nothing without one', async () => {
    const configOf = async () => (await world.bot.ask('GET', '/api/sessions/default')).config
    await world.bot.ask('PUT', '/api/sessions/default', { config: { ...config(), ignore: { groups: true } } })
    const before = await configOf()
    assert.deepEqual([before.metadata, before.ignore], [{ 'user.id': '123' }, { groups: true }])
    await world.bot.ask('PUT', '/api/sessions/default', {})
    assert.deepEqual(await configOf(), before)
    await put(before.webhooks)
    assert.deepEqual([(await configOf()).metadata, (await configOf()).ignore], [undefined, undefined])
    await world.bot.ask('PUT', '/api/sessions/default', { config: {} })
    assert.deepEqual((await configOf()).webhooks, [])
    const alone = await world.bot.call('PUT', '/api/sessions/default', {
      config: { metadata: { a: 'b' }, debug: true },
    })
    assert.equal(alone.headers.get('x-switchboard-ignored'), 'config.debug, config.metadata')
    const proxy = { server: 'localhost:3128' }
    assert.equal((await world.bot.call('PUT', '/api/sessions/default', { config: { proxy } })).status, 501)
    await world.bot.ask('PUT', '/api/sessions/default', { config: config() })
  })

  it('is told nothing of the chats that it ignores', async () => {
    const ignoring = { ...config(), ignore: { groups: true } }
    await world.bot.ask('PUT', '/api/sessions/default', { config: ignoring })
    const group = await world.bob.groups.create({ subject: 'Not for bots', participants: [world.ana.id] })
    const { id } = await world.bob.send(group.jid, { text: 'Among us' })
    await hookOf('After that')
    assert.ok(!world.bot.hooks.some(({ body }) => String(body.payload.id).includes(id)))
  })

  it('leaves what many ask at once as one of them asked it', async () => {
    const wishes = Array.from({ length: 6 }, (_, index) => [
      { url: `${world.url}/${index}`, events: ['message', 'message.any'] },
    ])
    const answers = await Promise.all(wishes.map(put))
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(6).fill(200),
    )
    const shown = await shownWebhooks()
    assert.equal(shown.length, 1)
    const hooks = await hookOf('To one of six', 2)
    assert.deepEqual(new Set(hooks.map(({ path }) => path)).size, 1)
    await world.bot.ask('PUT', '/api/sessions/default', { config: config() })
  })

  it('lists as many messages as it asks for, and is refused what it cannot have', async () => {
    const place = `/api/default/chats/${encodeURIComponent(chatId())}/messages`
    const some = await world.bot.ask('GET', `${place}?limit=3&downloadMedia=false`)
    assert.equal(some.length, 3)
    const all = await world.bot.ask('GET', `${place}?limit=500`)
    assert.ok(all.length > 10 && (await world.bot.ask('GET', place)).length === 10)
    for (const [query, status] of [
      ['limit=501', 400],
      ['limit=0', 400],
      ['limit=many', 400],
      ['offset=10', 501],
      ['filter.fromMe=true', 501],
      ['sortOrder=asc', 501],
    ] as const)
      assert.equal((await world.bot.call('GET', `${place}?${query}`)).status, status, query)
    assert.deepEqual(await world.bot.ask('GET', `${place}?limit=1&limit=3`), some)
  })

  it('is refused in the form that it knows', async () => {
    const refused = async (status: number, call: () => Promise<Response>) => {
      const answer = await call()
      const body = (await answer.json()) as { statusCode: number; message: string; error: string }
      assert.deepEqual([answer.status, body.statusCode], [status, status])
      assert.ok(body.message && body.error)
    }
    await refused(401, () => world.bot.call('GET', '/api/sessions', undefined, { 'X-Api-Key': 'wrong' }))
    await refused(404, () => world.bot.call('GET', '/api/sessions/nobody'))
    await refused(400, () => world.bot.call('POST', '/api/sendText', { session: 'default', chatId: chatId() }))
    await refused(501, () => world.bot.call('POST', '/api/sessions/default/stop'))
    const unknown = { config: { webhooks: [{ url: world.url, events: ['messages'] }] } }
    await refused(400, () => world.bot.call('PUT', '/api/sessions/default', unknown))
    const other = world.other((await world.gateway.createKey()).key)
    await refused(404, () => other.call('POST', '/api/sendText', { chatId: chatId(), text: 'Not mine' }))
    assert.deepEqual(await other.ask('GET', '/api/sessions'), [])
  })

  it('makes nothing of a session that is refused, and changes nothing of one that is there', async () => {
    const good = { url: `${world.url}/good`, events: ['message'] }
    const before = await world.bot.ask('GET', '/api/sessions/default')
    for (const bad of [
      { url: 'ftp://example.com/', events: ['message'] },
      { url: world.url, events: ['messages'] },
    ]) {
      const wish = { config: { webhooks: [good, bad] } }
      for (const path of ['/api/sessions', '/api/sessions/start'])
        assert.equal((await world.bot.call('POST', path, { name: 'second', start: false, ...wish })).status, 400)
      assert.equal((await world.bot.call('GET', '/api/sessions/second')).status, 404)
      assert.equal((await world.bot.call('PUT', '/api/sessions/default', wish)).status, 400)
      assert.deepEqual(await world.bot.ask('GET', '/api/sessions/default'), before)
    }
    const made = await world.bot.ask('POST', '/api/sessions', {
      ...{ name: 'second', start: false, config: { webhooks: [{ ...good, hmac: { key: hmacKey } }] } },
    })
    assert.deepEqual(made.config.webhooks[0].url, good.url)
    const { entries: audit } = await world.gateway.api
      .with({ 'x-api-key': world.key })
      .get<{ entries: { action: string }[] }>('/audit')
    assert.deepEqual(
      audit
        .slice(0, 2)
        .map(({ action }) => action)
        .sort(),
      ['device.created', 'webhook.created'],
    )
    await world.bot.ask('DELETE', '/api/sessions/second')
  })

  it('gives each of its events an id of its own, by which the logs know it', async () => {
    for (const { body, headers } of world.bot.hooks) assert.equal(body.id, `${headers['webhook-id']}.${body.event}`)
    const api = world.gateway.api.with({ 'x-api-key': world.key, 'x-device-id': await deviceId() })
    const { webhooks } = await api.get<{ webhooks: { id: number }[] }>('/webhooks')
    const { logs } = await api.get<{ logs: { event_id: string }[] }>(`/webhooks/${webhooks[0]!.id}/logs`)
    const known = new Set(world.bot.hooks.map(({ headers }) => headers['webhook-id']))
    assert.ok(logs.length > 0 && logs.some(({ event_id }) => known.has(event_id)))
    const ids = Map.groupBy(world.bot.hooks, ({ body }) => body.id)
    for (const [id, hooks] of ids) assert.equal(new Set(hooks.map(({ body }) => body.event)).size, 1, id)
  })

  it('logs out, and removes its session', async () => {
    await world.bot.ask('POST', '/api/sessions/default/logout')
    await world.bot.hooked('the end', ({ body }) => body.payload.status === 'FAILED')
    assert.equal((await world.bot.ask('GET', '/api/sessions'))[0].status, 'STOPPED')
    await world.bot.ask('DELETE', '/api/sessions/default')
    await world.bot.ask('DELETE', '/api/sessions/default')
    assert.deepEqual(await world.bot.ask('GET', '/api/sessions'), [])
  })
})
