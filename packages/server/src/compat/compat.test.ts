import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { scopeOfOperation } from '../kit/operation-scopes.ts'
import { scopes } from '../tenants/scopes.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import type { CompatCall, CompatFamily } from './define-call.ts'
import { evolution } from './evolution/evolution.ts'
import { bodies, ofAnySend } from './testing/bodies.ts'
import { spoilt } from './testing/spoilt.ts'
import { waha } from './waha/waha.ts'

const guide = readFileSync(path.join(import.meta.dirname, '../../../../docs/guide/compatibility.md'), 'utf8')

const families = [waha, evolution]
const calls = families.flatMap((family) => family.calls.map((call) => ({ family, call })))

const headersFor = (family: CompatFamily, key: string) => ({
  [family === waha ? 'x-api-key' : 'apikey']: key,
  'content-type': 'application/json',
})

describe('the calls of other products', () => {
  let gateway: TestGateway
  let device: TestDevice
  let key: Awaited<ReturnType<TestGateway['createKey']>>
  before(async () => {
    gateway = await startTestGateway({
      environment: { SWITCHBOARD_COMPAT: 'waha, Evolution', WEBHOOK_MAX_PER_DEVICE: '2' },
    })
    key = await gateway.createKey()
    device = await gateway.createDevice(key.key, 'mine')
  })
  after(() => gateway.stop())

  const ask = async (family: CompatFamily, { method, path: place }: CompatCall, credential: string) => {
    // Nothing of this name is there, and no body is whole.
    const url = `${gateway.api.url}${place.replaceAll(/\{\w+\}/g, 'nobody')}?session=nobody`
    const body = method === 'GET' ? {} : { body: '{"name":"","instanceName":""}' }
    const response = await fetch(url, { method, headers: headersFor(family, credential), ...body })
    const answer = (await response.json().catch(() => undefined)) as { error_code?: string } | undefined
    return { status: response.status, error: answer?.error_code }
  }

  it('ask operations that exist', () => {
    const known = new Set(operations.map(({ id }) => id))
    for (const { call } of calls)
      for (const id of [...call.asks, ...(call.mayAsk ?? [])]) assert.ok(known.has(id), `${call.path} asks ${id}`)
  })

  it('let in nobody without a credential', async () => {
    for (const { family, call } of calls) {
      const { status } = await ask(family, call, 'wam_0000')
      assert.equal(status, 401, `${call.method} ${call.path}`)
    }
  })

  for (const scope of scopes) {
    it(`let an access key with the scope ${scope} alone use those of that scope`, async () => {
      const made = { label: 'Of a test', scopes: [scope] }
      const { secret } = await key.api.post<{ secret: string }>('/access-keys', made)
      for (const { family, call } of calls) {
        const needed = call.asks.map((asked) =>
          scopeOfOperation({ id: asked, ...operations.find(({ id }) => id === asked)!.operation }),
        )
        const { status, error } = await ask(family, call, secret)
        const told = `${call.method} ${call.path} answered ${status} ${error}`
        if (needed.every((each) => each === scope)) assert.ok(![401, 403, 500].includes(status), told)
        else assert.equal(error, 'forbidden_scope', told)
      }
    })
  }

  it('ask of an access key what each operation on the way needs', async () => {
    const made = { label: 'Of a test', scopes: ['admin'], device_id: device.id }
    const { secret } = await key.api.post<{ secret: string }>('/access-keys', made)
    const headers = headersFor(waha, secret)
    // Starting needs no more than admin, and what is shown after it the right to read.
    const answer = await fetch(`${gateway.api.url}/api/sessions/mine/start`, { method: 'POST', headers })
    assert.equal(answer.status, 403)
    // Nothing is changed before that is known.
    const ofWebhooks = { label: 'Of a test', scopes: ['webhooks'], device_id: device.id }
    const changer = await key.api.post<{ secret: string }>('/access-keys', ofWebhooks)
    const webhooks = [{ url: 'http://127.0.0.1:9/', events: ['message'] }]
    const change = { method: 'PUT', body: JSON.stringify({ config: { webhooks } }) }
    const changed = await fetch(`${gateway.api.url}/api/sessions/mine`, {
      ...change,
      headers: headersFor(waha, changer.secret),
    })
    assert.equal(((await changed.json()) as { error_code: string }).error_code, 'forbidden_scope')
    const makes = { label: 'Of a test', scopes: ['admin', 'read'] }
    const maker = await key.api.post<{ secret: string }>('/access-keys', makes)
    const unmade = await fetch(`${gateway.api.url}/api/sessions`, {
      method: 'POST',
      headers: headersFor(waha, maker.secret),
      body: JSON.stringify({ name: 'unmade', start: false, config: { webhooks } }),
    })
    assert.equal(((await unmade.json()) as { error_code: string }).error_code, 'forbidden_scope')
    const { devices } = await key.api.get<{ devices: { device_name: string }[] }>('/devices')
    assert.deepEqual(
      devices.map(({ device_name }) => device_name),
      ['mine'],
    )
    const mine = await fetch(`${gateway.api.url}/api/sessions/mine`, { headers: headersFor(waha, key.key) })
    assert.deepEqual(((await mine.json()) as { config: { webhooks: unknown[] } }).config.webhooks, [])
  })

  it('let nobody around a send policy', async () => {
    await key.api.with({ 'x-device-id': device.id }).post('/devices/me/send-policy', { mode: 'approve' })
    const send = { session: 'mine', chatId: '4917012345678@c.us', text: 'Around' }
    const headers = headersFor(waha, device.token)
    const request = { method: 'POST', headers, body: JSON.stringify(send) }
    const answer = await fetch(`${gateway.api.url}/api/sendText`, request)
    assert.equal(((await answer.json()) as { error_code: string }).error_code, 'policy_forbids')
  })

  it('count towards the limit of requests once', async () => {
    const few = await gateway.createKey({ rate_limit_per_hour: 2 })
    const count = async () => {
      const answer = await fetch(`${gateway.api.url}/api/sessions`, { headers: headersFor(waha, few.key) })
      return answer.status
    }
    assert.deepEqual([await count(), await count(), await count()], [200, 200, 429])
  })

  const send = async (family: CompatFamily, method: string, place: string, body?: unknown, credential = key.key) => {
    const headers: Record<string, string> = headersFor(family, credential)
    if (body === undefined) delete headers['content-type']
    const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const response = await fetch(`${gateway.api.url}${place}`, request)
    // biome-ignore lint/suspicious/noExplicitAny: as its bots read it.
    return { status: response.status, body: (await response.json().catch(() => undefined)) as any, response }
  }
  const messageIn = (family: CompatFamily, body: Awaited<ReturnType<typeof send>>['body']): string => {
    const { status, statusCode, message, response } = body ?? {}
    assert.equal(typeof (family === waha ? statusCode : status), 'number', JSON.stringify(body))
    const text = family === waha ? message : response.message[0]
    assert.equal(typeof text, 'string')
    return text
  }
  /** Names that only the operations have. */
  const ours =
    /\b(path|query|body|header)\.|chat_jid|message_id|sender_jid|device_name|presence_type|_preview|voice_note|selectable_options|multi_answer|\bemoji:|[Dd]evice (not )?found/

  it('say what is wrong with a body in the words of whoever sent it', async () => {
    const wrong: string[] = []
    let refused = 0
    for (const { family, call } of calls) {
      if (!call.body) continue
      const place = call.path.replaceAll(/\{(session|instance)\}/g, 'mine').replaceAll(/\{\w+\}/g, 'x')
      // What all that is sent has in common is wrong in the same way.
      const common = /sendText/.test(call.path) ? [] : ofAnySend
      for (const body of spoilt(bodies[call.path]!, common)) {
        const { status, body: answer } = await send(family, call.method, place, body)
        if (status >= 400) refused++
        const isClear =
          status < 400 || !ours.test(`${messageIn(family, answer)} ${JSON.stringify(answer.details ?? '')}`)
        if (status === 500 || !isClear)
          wrong.push(`${call.method} ${call.path} ${JSON.stringify(body)}: ${status} ${JSON.stringify(answer)}`)
      }
    }
    assert.deepEqual(wrong, [])
    assert.ok(refused > 150, `${refused} were refused`)
  })

  it('say so of a path and a query too', async () => {
    const wrong: string[] = []
    for (const { family, call } of calls) {
      for (const text of ['no@such@thing', '%00', 'a'.repeat(400)]) {
        const named = call.path.replaceAll(/\{(session|instance)\}/g, 'mine').replaceAll(/\{\w+\}/g, text)
        const nobodys = call.path.replaceAll(/\{\w+\}/g, text)
        const query = new URLSearchParams({ session: 'mine', instanceName: 'mine' })
        for (const name of ['phone', 'chatId', 'limit', 'number', 'format']) query.set(name, decodeURIComponent(text))
        const places =
          call.method === 'GET' ? [`${named}?${query}`, `${nobodys}?session=${text}&instanceName=${text}`] : [nobodys]
        for (const place of places) {
          const { status, body } = await send(family, call.method, place, call.method === 'GET' ? undefined : {})
          const isClear = status < 400 || !ours.test(`${messageIn(family, body)} ${JSON.stringify(body.details ?? '')}`)
          if (status === 500 || !isClear) wrong.push(`${call.method} ${place}: ${status} ${JSON.stringify(body)}`)
        }
      }
    }
    assert.deepEqual(wrong, [])
  })

  it('take an empty body that is said to be JSON, as some programs send', async () => {
    for (const family of families) {
      const url = `${gateway.api.url}${family === waha ? '/api/sessions/nobody' : '/instance/delete/nobody'}`
      const answer = await fetch(url, { method: 'DELETE', headers: headersFor(family, key.key) })
      assert.equal(answer.status, family === waha ? 200 : 404)
    }
    const start = `${gateway.api.url}/api/sessions/nobody/start`
    assert.equal((await fetch(start, { method: 'POST', headers: headersFor(waha, key.key) })).status, 404)
  })

  it('may be asked by pages of the origins that are let in', async () => {
    for (const family of families) {
      const name = family === waha ? 'x-api-key' : 'apikey'
      const asked = {
        origin: 'https://a.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': name,
      }
      const answer = await fetch(`${gateway.api.url}/api/sessions`, { method: 'OPTIONS', headers: asked })
      const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase().split(/, */)
      assert.ok(allowed?.includes(name), name)
    }
  })

  it('say how a key is given there when there is none', async () => {
    for (const family of families) {
      const place = family === waha ? '/api/sessions' : '/instance/fetchInstances'
      for (const credential of ['', 'wrong', `wam_${'0'.repeat(64)}`]) {
        const { status, body } = await send(family, 'GET', place, undefined, credential)
        assert.equal(status, 401)
        assert.match(messageIn(family, body), family === waha ? /X-Api-Key/ : /apikey/)
      }
    }
  })

  it('are refused in their own form also where there is no such call', async () => {
    for (const [family, method, place, status] of [
      [waha, 'POST', '/api/sendButtons', 404],
      [waha, 'GET', '/api/mine/groups?x=1', 404],
      [waha, 'PATCH', '/api/sessions/mine', 405],
      [waha, 'GET', '/api/sessions/%zz', 400],
      [evolution, 'POST', '/message/sendButtons/mine', 404],
      [evolution, 'GET', '/settings/find/mine', 404],
      [evolution, 'POST', '/instance/fetchInstances', 405],
    ] as const) {
      const answer = await send(family, method, place)
      assert.equal(answer.status, status, place)
      messageIn(family, answer.body)
    }
    const own = await fetch(`${gateway.api.url}/no-such-thing`)
    assert.equal(((await own.json()) as { status?: boolean }).status, false)
    for (const { operation } of operations)
      assert.ok(!families.some((family) => family.owns(operation.path)), operation.path)
  })

  it('leave nothing of a session or instance that cannot be started', async () => {
    // There is no WhatsApp to be reached.
    const session = await send(waha, 'POST', '/api/sessions', {
      name: 'fresh',
      config: bodies['/api/sessions']!['config'],
    })
    assert.ok(session.status >= 500, `answered ${session.status}`)
    assert.ok((await send(waha, 'POST', '/api/sessions/start', { name: 'fresh' })).status >= 500)
    assert.equal((await send(waha, 'GET', '/api/sessions/fresh')).status, 404)
    const wanted = { instanceName: 'fresh', qrcode: true }
    assert.ok((await send(evolution, 'POST', '/instance/create', wanted)).status >= 500)
    const bad = await send(evolution, 'POST', '/instance/create', { ...wanted, number: '12' })
    assert.match(messageIn(evolution, bad.body), /^number: /)
    assert.equal((await send(evolution, 'GET', '/instance/connectionState/fresh')).status, 404)
    // What was there before stays.
    assert.ok((await send(waha, 'POST', '/api/sessions/mine/start')).status >= 500)
    assert.equal((await send(waha, 'GET', '/api/sessions/mine')).status, 200)
  })

  it('make one of many that ask for the same name at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () => send(waha, 'POST', '/api/sessions', { name: 'once', start: false })),
    )
    assert.deepEqual(made.map(({ status }) => status).sort(), [201, ...Array(7).fill(422)])
    assert.ok(made.every(({ status, body }) => status === 201 || body.error_code === 'name_taken'))
    const again = await send(evolution, 'POST', '/instance/create', { instanceName: 'once' })
    assert.deepEqual([again.status, again.body.error_code], [403, 'name_taken'])
    await send(waha, 'DELETE', '/api/sessions/once')
  })

  it('hold the limits of devices and of webhooks, and leave nothing beyond them', async () => {
    const one = await gateway.createKey({ max_devices: 1 })
    const first = { name: 'first', start: false }
    assert.equal((await send(waha, 'POST', '/api/sessions', first, one.key)).status, 201)
    const second = await send(waha, 'POST', '/api/sessions', { ...first, name: 'second' }, one.key)
    assert.deepEqual([second.status, second.body.error_code], [409, 'quota_exceeded'])
    const third = await send(evolution, 'POST', '/instance/create', { instanceName: 'third' }, one.key)
    assert.deepEqual([third.status, third.body.error_code], [409, 'quota_exceeded'])
    const webhooks = ['/1', '/2', '/3'].map((path) => ({ url: `http://127.0.0.1:9${path}`, events: ['message'] }))
    await send(waha, 'PUT', '/api/sessions/first', { config: { webhooks: webhooks.slice(0, 2) } }, one.key)
    const shown = (await send(waha, 'GET', '/api/sessions/first', undefined, one.key)).body
    const beyond = await send(waha, 'PUT', '/api/sessions/first', { config: { webhooks } }, one.key)
    assert.deepEqual([beyond.status, beyond.body.error_code], [409, 'webhook_limit_reached'])
    assert.deepEqual((await send(waha, 'GET', '/api/sessions/first', undefined, one.key)).body, shown)
    const other = { name: 'beyond', start: false, config: { webhooks } }
    assert.equal((await send(waha, 'POST', '/api/sessions', other)).body.error_code, 'webhook_limit_reached')
    assert.equal((await send(waha, 'GET', '/api/sessions/beyond')).status, 404)
  })

  it('reach nothing of another customer', async () => {
    const { key: foreign } = await gateway.createKey()
    for (const { family, call } of calls) {
      const place = call.path.replaceAll(/\{(session|instance)\}/g, 'mine').replaceAll(/\{\w+\}/g, 'x')
      const query = call.method === 'GET' ? '?session=mine&instanceName=mine&chatId=1&phone=1' : ''
      const body = call.method === 'GET' ? undefined : (bodies[call.path] ?? {})
      const makes = ['/api/sessions', '/api/sessions/start', '/instance/create'].includes(call.path)
      if (makes) continue
      const { status } = await send(family, call.method, `${place}${query}`, body, foreign)
      // Removing what is not there succeeds in WAHA.
      const isNoOp = call.method === 'DELETE' && call.path === '/api/sessions/{session}'
      assert.equal(status, isNoOp ? 200 : 404, `${call.method} ${call.path}`)
    }
    assert.equal((await send(waha, 'GET', '/api/sessions/mine')).status, 200)
  })

  it('are all in the guide', () => {
    for (const { call } of calls)
      assert.ok(guide.includes(`\`${call.method} ${call.path}\``), `${call.method} ${call.path}`)
  })

  it('are not there unless they are switched on', async () => {
    const plain = await startTestGateway()
    for (const { call } of calls) {
      const url = `${plain.api.url}${call.path.replaceAll(/\{\w+\}/g, 'nobody')}`
      assert.equal((await fetch(url, { method: call.method })).status, 404, call.path)
    }
    await plain.stop()
  })
})
