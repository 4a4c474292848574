import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { StockClient } from '../driver/testing/stock-client.ts'
import { Sandbox } from '../start-sandbox.ts'

// The library announces closed sessions on the console.
console.info = () => {}

const sandbox = await Sandbox.start({ seed: 3, control: true, gatewayUrl: 'http://127.0.0.1:7001' })
const clients: StockClient[] = []

interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is under test
  body: any
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.origin}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

async function newPhone(fields: object = {}): Promise<Record<'id' | 'jid' | 'lid' | 'name', string>> {
  const { status, body } = await call('POST', '/phones', fields)
  assert.equal(status, 200)
  return body
}

async function linkedClient(id: string): Promise<{ client: StockClient; device: { id: number; jid: string } }> {
  const client = new StockClient(sandbox)
  clients.push(client)
  const opened = client.until('connection.update', (update) => update.connection === 'open')
  const { status, body } = await call('POST', `/phones/${id}/scan`, { qr: await client.showQr() })
  assert.equal(status, 200)
  await opened
  return { client, device: body }
}

describe('control API', () => {
  after(async () => {
    for (const client of clients) await client.close()
    await sandbox.stop()
  })

  it('says where everything is', async () => {
    const { body } = await call('GET', '/')
    assert.deepEqual(body, {
      socket_url: sandbox.socketUrl,
      media_url: sandbox.origin,
      root_key_hex: sandbox.rootKeyHex,
      gateway_url: 'http://127.0.0.1:7001',
    })
  })

  it('gives phones a habit: to echo, to read, to take their time, or to follow a script', async () => {
    const [dan, echo, slow, actor] = await Promise.all(
      [{}, { persona: 'echo' }, { persona: 'slow' }, { persona: ['one', 'two'] }].map(newPhone),
    )
    const heard = sandbox.findPhone(dan!.id)!
    const answer = async (from: typeof dan, text: string, expected: string, advance_ms = 0): Promise<void> => {
      const { body } = await call('POST', `/phones/${dan!.id}/messages`, { to: from!.jid, text })
      await sandbox.findPhone(from!.id)!.until.message(({ id }) => id === body.message_id)
      if (advance_ms > 0) await call('POST', '/clock', { advance_ms })
      await heard.until.message((entry) => !entry.fromMe && entry.chat === from!.jid && entry.text === expected)
    }
    await answer(echo, 'hello', 'hello')
    await answer(slow, 'hurry', 'hurry', 60_000)
    await answer(actor, 'first', 'one')
    await answer(actor, 'second', 'two')
    const refused = await call('POST', '/phones', { persona: 'poet' })
    assert.match(refused.body.error.message, /must be one of silent, .*echo.*, or a list of texts/)
  })

  it('links a client, talks through it and shows what the phone saw', async () => {
    const ana = await newPhone({ name: 'Ana' })
    const bob = await newPhone({ name: 'Bob', phone: '+4915112345678', persona: 'reads' })
    assert.deepEqual([bob.id, bob.jid, bob.name], ['4915112345678', '4915112345678@s.whatsapp.net', 'Bob'])
    const { client, device } = await linkedClient(ana.id)
    assert.deepEqual([device.id, device.jid], [1, `${ana.id}:1@s.whatsapp.net`])
    const id = await client.sendText(bob.jid, 'hello')
    await sandbox.findPhone(bob.id)!.until.message((message) => message.id === id)
    const got = await call('GET', `/phones/${bob.id}/messages?chat=${encodeURIComponent(ana.jid)}`)
    assert.equal(got.body.length, 1)
    assert.deepEqual(
      [got.body[0].id, got.body[0].text, got.body[0].from_me, got.body[0].chat],
      [id, 'hello', false, ana.jid],
    )
    const sent = await call('POST', `/phones/${bob.id}/messages`, { to: ana.jid, text: 'hello back', quoted: id })
    assert.equal(sent.body.status, 'sent')
    const seen = await client.untilText('hello back')
    assert.equal(seen.message?.extendedTextMessage?.contextInfo?.stanzaId, id)
    await sandbox.findPhone(bob.id)!.until.receipt({ id: sent.body.message_id, type: 'delivery' })
    const own = await call('GET', `/phones/${bob.id}/messages?chat=${ana.lid}`)
    assert.ok(own.body[1].receipts.some((receipt: { type: string }) => receipt.type === 'delivery'))
    assert.deepEqual((await call('GET', '/unhandled')).body, [])
  })

  it('fails to link a client on command', async () => {
    const ana = await newPhone({ name: 'Ana' })
    const client = new StockClient(sandbox)
    clients.push(client)
    const answer = await call('POST', `/phones/${ana.id}/scan`, { qr: await client.showQr(), flaw: 'old_phone' })
    assert.deepEqual([answer.status, answer.body.error.code], [409, 'link_refused'])
    await client.untilClosed(411)
    assert.deepEqual((await call('GET', `/phones/${ana.id}/devices`)).body, [])
  })

  it('types, marks as read, and shows presence to a linked client', async () => {
    const ana = await newPhone({ name: 'Ana' })
    const bob = await newPhone({ name: 'Bob' })
    const { client } = await linkedClient(ana.id)
    const id = await client.sendText(bob.jid, 'read me')
    await sandbox.findPhone(bob.id)!.until.message((message) => message.id === id)
    // The client merges receipts that come together, and the last one wins: the own phone's comes first.
    await sandbox.findPhone(ana.id)!.until.message((message) => message.id === id)
    assert.equal((await call('POST', `/phones/${bob.id}/read`, { message_ids: [id] })).status, 200)
    await client.untilStatus(id, 4)
    await client.socket.sendPresenceUpdate('available')
    await client.socket.presenceSubscribe(bob.jid)
    await client.until('presence.update', ({ presences }) => presences[bob.jid]?.lastKnownPresence === 'available')
    assert.equal((await call('POST', `/phones/${bob.id}/typing`, { to: ana.jid, state: 'composing' })).status, 200)
    await client.until('presence.update', (update) =>
      Object.values(update.presences).some((one) => one.lastKnownPresence === 'composing'),
    )
    assert.equal((await call('POST', `/phones/${bob.id}/presence`, { state: 'unavailable' })).body.state, 'unavailable')
    await client.until('presence.update', (update) =>
      Object.values(update.presences).some((one) => one.lastKnownPresence === 'unavailable'),
    )
  })

  it('ends streams with a code, strikes faults and unlinks', async () => {
    const ana = await newPhone({ name: 'Ana' })
    const { client, device } = await linkedClient(ana.id)
    const fault = { device: device.jid, direction: 'in', tag: 'message', action: { kind: 'nack', code: 479 } }
    assert.equal((await call('POST', '/faults', fault)).body.armed, true)
    const bob = await newPhone({ name: 'Bob' })
    const id = await client.sendText(bob.jid, 'never arrives')
    await sandbox.world.log.until((event) => event.type === 'fault' && event.data['id'] === id)
    assert.deepEqual((await call('GET', `/phones/${bob.id}/messages`)).body, [])
    assert.equal((await call('POST', `/devices/${device.jid}/disconnect`, { code: 503 })).status, 200)
    await client.untilClosed(503)
    assert.equal((await call('GET', `/phones/${ana.id}/devices`)).body.length, 1)
    assert.deepEqual((await call('DELETE', `/phones/${ana.id}/devices/1`)).body, { removed: 1 })
    assert.deepEqual((await call('GET', `/phones/${ana.id}/devices`)).body, [])
  })

  it('lets other numbers lead to a phone', async () => {
    const { body } = await call('POST', '/phones', { name: 'Eva', phone: '551188887777', aliases: ['+5511988887777'] })
    assert.deepEqual(body.aliases, ['5511988887777'])
    const changed = await call('POST', `/phones/${body.id}/aliases`, { aliases: ['5511900000000', body.id] })
    assert.deepEqual(changed.body.aliases, ['5511900000000'])
    assert.deepEqual((await call('GET', `/phones/${body.id}`)).body.aliases, ['5511900000000'])
    const taken = await call('POST', '/phones', { phone: '5511900000000' })
    assert.deepEqual([taken.status, taken.body.error.code], [409, 'phone_exists'])
    const again = await call('POST', '/phones', { name: 'Another', aliases: [body.id] })
    assert.deepEqual([again.status, again.body.error.code], [409, 'phone_exists'])
  })

  it('streams events from a cursor', async () => {
    const before = sandbox.world.log.cursor
    const abort = new AbortController()
    const response = await fetch(`${sandbox.origin}/events?after=${before}`, { signal: abort.signal })
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    const { id } = await newPhone({ name: 'Late' })
    let text = ''
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString()
      if (text.includes('account.created') && text.includes('device.added')) break
    }
    abort.abort()
    assert.match(text, new RegExp(`id: ${before + 1}\\nevent: account.created\\ndata: .*${id}`))
  })

  it('refuses what it does not understand, each with its status', async () => {
    const ana = await newPhone({ name: 'Ana' })
    const qrOfNobody = ['ref', ...Array.from({ length: 3 }, () => Buffer.alloc(32).toString('base64'))].join(',')
    const cases: [string, string, unknown, number, string][] = [
      ['GET', '/nowhere', undefined, 404, 'not_found'],
      ['DELETE', '/phones', undefined, 405, 'method_not_allowed'],
      ['POST', '/phones', '{"name":', 400, 'invalid_json'],
      ['POST', '/phones', { name: 7 }, 400, 'invalid_request'],
      ['POST', '/phones', { nickname: 'x' }, 400, 'invalid_request'],
      ['POST', '/phones', { phone: 'abc' }, 400, 'invalid_request'],
      ['POST', '/phones', { persona: 'poet' }, 400, 'invalid_request'],
      ['POST', '/phones', { phone: ana.id }, 409, 'phone_exists'],
      ['POST', '/phones', 'x'.repeat(1024 * 1024 + 1), 413, 'too_large'],
      ['GET', '/phones/123/messages', undefined, 404, 'phone_not_found'],
      ['POST', `/phones/${ana.id}/scan`, { qr: 'nonsense' }, 400, 'invalid_request'],
      ['POST', `/phones/${ana.id}/scan`, { qr: qrOfNobody }, 409, 'link_refused'],
      ['POST', `/phones/${ana.id}/link-code`, { code: 'short' }, 400, 'invalid_request'],
      ['POST', `/phones/${ana.id}/link-code`, { code: 'ABCDEFGH' }, 409, 'link_refused'],
      ['POST', `/phones/${ana.id}/messages`, { to: '999', text: 'x' }, 404, 'recipient_not_found'],
      ['POST', `/phones/${ana.id}/messages`, { to: ana.jid }, 400, 'invalid_request'],
      ['POST', `/phones/${ana.id}/read`, { message_ids: ['nope'] }, 404, 'not_found'],
      ['POST', `/phones/${ana.id}/typing`, { to: 'status@broadcast' }, 404, 'not_found'],
      ['POST', `/phones/${ana.id}/presence`, { subscribe: 'status@broadcast' }, 404, 'not_found'],
      ['POST', '/worlds', { name: '../up' }, 400, 'invalid_request'],
      ['GET', '//', undefined, 404, 'not_found'],
      ['GET', '//elsewhere/phones', undefined, 404, 'not_found'],
      ['DELETE', `/phones/${ana.id}/devices/1`, undefined, 404, 'device_not_found'],
      ['POST', '/devices/1%401/disconnect', { code: 503 }, 404, 'device_not_found'],
      ['POST', '/faults', { device: ana.jid, direction: 'in', action: { kind: 'explode' } }, 400, 'invalid_request'],
      ['GET', '/events?after=-1', undefined, 400, 'invalid_request'],
      ['GET', '/events?after=900000', undefined, 409, 'cursor_ahead'],
    ]
    for (const [method, path, body, status, code] of cases) {
      const answer = await call(method, path, body)
      assert.deepEqual([path, answer.status, answer.body.error.code], [path, status, code])
    }
    const missing = await call('POST', `/phones/${ana.id}/link-code`, {})
    assert.equal(missing.body.error.message, 'code: is missing')
    const foreign = await call('POST', '/reset', {}, { origin: 'https://example.com' })
    assert.deepEqual([foreign.status, foreign.body.error.code], [403, 'foreign_origin'])
  })

  it('serves pages of this machine, and no others', async () => {
    const origin = 'http://localhost:5173'
    const preflight = await fetch(`${sandbox.origin}/phones`, { method: 'OPTIONS', headers: { origin } })
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, origin])
    const lookalike = await fetch(`${sandbox.origin}/phones`, { headers: { origin: 'http://localhost.example.com' } })
    assert.deepEqual([lookalike.status, lookalike.headers.get('access-control-allow-origin')], [403, null])
  })

  it('asks for its token when it has one', async () => {
    const guarded = await Sandbox.start({ control: true, controlToken: 'secret' })
    const status = async (authorization?: string): Promise<number> =>
      (await fetch(`${guarded.origin}/phones`, authorization ? { headers: { authorization } } : {})).status
    assert.deepEqual([await status(), await status('Bearer wrong'), await status('Bearer secret')], [401, 401, 200])
    await guarded.stop()
  })

  it('forgets everybody on reset, and keeps its root key', async () => {
    const ana = await newPhone({ name: 'Ana' })
    const { client } = await linkedClient(ana.id)
    const key = sandbox.rootKeyHex
    assert.deepEqual((await call('POST', '/reset')).body, { reset: true })
    await client.untilClosed(401)
    assert.deepEqual((await call('GET', '/phones')).body, [])
    assert.equal((await call('GET', '/')).body.root_key_hex, key)
    assert.equal((await newPhone({ name: 'Again', phone: ana.id })).id, ana.id)
  })
})
