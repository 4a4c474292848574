import assert from 'node:assert/strict'
import { METHODS } from 'node:http'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { Accepted, defineOperation, RawAnswer } from '../kit/define-operation.ts'
import { Phone } from '../schemas/phone.ts'
import { wholeNumber } from '../schemas/whole-number.ts'
import { bareServer } from '../testing/bare-server.ts'

const echo = defineOperation({
  method: 'POST',
  path: '/things/{name}/echo',
  auth: 'none',
  summary: 'Gives back what it got',
  always: true,
  forms: true,
  params: z.object({ name: z.string() }),
  query: z.object({ loud: z.boolean().optional(), times: wholeNumber(1, 9).default(1) }),
  body: z.object({ count: z.number().int().optional(), note: z.string().optional() }),
  response: z.object({
    name: z.string(),
    count: z.number().optional(),
    loud: z.boolean().optional(),
    times: z.number(),
  }),
  run: async (_context, { params, query, body }) =>
    ({ name: params.name, ...query, count: body.count, note: body.note }) as never,
})

const plain = (path: string, run: () => Promise<unknown>) =>
  defineOperation({
    method: 'GET',
    path,
    auth: 'none',
    summary: 'For a test',
    always: true,
    response: z.object({ ok: z.literal(true) }),
    run: run as never,
  })

/** What a page that somebody opens in a browser must not do, and what must not be done with it. */
const hardening = {
  'content-security-policy':
    "default-src 'none';img-src 'self' data:;style-src 'unsafe-inline';base-uri 'none';form-action 'none';frame-ancestors 'self'",
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
}

const operations = [
  { id: 'test.echo', operation: echo },
  {
    id: 'test.phone',
    operation: defineOperation({
      method: 'GET',
      path: '/phones/{phone}',
      auth: 'none',
      summary: 'Normalises a number',
      always: true,
      params: z.object({ phone: Phone }),
      response: z.string(),
      run: async (_context, { params }) => params.phone,
    }),
  },
  { id: 'test.wrong', operation: plain('/wrong', async () => ({ ok: false, secret: 'hunter2' })) },
  { id: 'test.broken', operation: plain('/broken', () => Promise.reject(new Error('hunter2 in a stack trace'))) },
  {
    id: 'test.slow',
    operation: plain('/slow', () =>
      Promise.reject(new AppError('rate_limited', undefined, { retryAfterSeconds: 2.2 })),
    ),
  },
  {
    id: 'test.later',
    operation: { ...plain('/later', async () => new Accepted({ ok: true as const })), mayTakeLonger: true },
  },
  { id: 'test.unsaid', operation: plain('/unsaid', async () => new Accepted({ ok: true as const })) },
  { id: 'test.raw', operation: plain('/raw', async () => new RawAnswer('text/plain', 'hunter2')) },
]

describe('buildServer', () => {
  let app: FastifyInstance
  before(async () => {
    app = await bareServer({ operations, environment: { HTTP_BODY_LIMIT_SIZE: '2K' } })
  })
  after(() => app.close())

  const post = (payload: string | object, headers: Record<string, string> = {}, url = '/things/a/echo') =>
    app.inject({ method: 'POST', url, payload, headers })

  it('answers in the envelope and drops fields that the schema does not name', async () => {
    const answer = await post({ count: 2, note: 'kept inside' })
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json(), {
      status: true,
      code: 200,
      message: 'Success',
      data: { name: 'a', count: 2, times: 1 },
    })
  })

  it('answers 202 for what is taken and not done', async () => {
    const answer = await app.inject('/later')
    assert.equal(answer.statusCode, 202)
    assert.equal(answer.json().code, 202)
  })

  it('decodes path values, ignores case and a slash at the end', async () => {
    const answer = await post({}, {}, '/THINGS/4917%40s.whatsapp.net/Echo/')
    assert.equal(answer.json().data.name, '4917@s.whatsapp.net')
  })

  it('names every field that is wrong or unknown', async () => {
    const answer = await post({ count: 'two', colour: 'red' }, {}, '/things/a/echo?fast=1')
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().error_code, 'invalid_request')
    assert.match(answer.json().message, /query: unknown: fast/)
    const body = (await post({ count: 'two', colour: 'red' })).json()
    assert.match(body.message, /body\.count: .*number.*body: unknown: colour/)
    assert.equal(body.error, body.message)
    assert.equal(body.details.issues.length, 2)
  })

  it('takes numbers and switches of a query as people write them, and blanks as absent', async () => {
    const read = async (query: string) => (await post({}, {}, `/things/a/echo?${query}`)).json()
    assert.deepEqual((await read('times=3&loud=true')).data, { name: 'a', loud: true, times: 3 })
    assert.deepEqual((await read('times=&loud=')).data, { name: 'a', times: 1 })
    for (const wrong of [
      '0',
      '10',
      '-1',
      '0x1',
      '1e0',
      '+1',
      '1.5',
      '%201',
      'abc',
      '1&times=2',
      '99999999999999999999',
    ]) {
      assert.equal((await read(`times=${wrong}`)).error_code, 'invalid_request', wrong)
    }
    assert.match((await read('times=abc')).message, /query\.times: is not a whole number/)
  })

  it('gives shapes their own error', async () => {
    assert.equal((await app.inject('/phones/%2B49%20170%201234567')).json().data, '491701234567')
    assert.equal((await app.inject('/phones/0170')).json().error_code, 'invalid_phone')
  })

  it('takes forms where the operation does, with numbers in them', async () => {
    const form = await post('count=7&note=x', { 'content-type': 'application/x-www-form-urlencoded' })
    assert.equal(form.json().data.count, 7)
    const multipart = '--b\r\nContent-Disposition: form-data; name="count"\r\n\r\n8\r\n--b--\r\n'
    const parts = await post(multipart, { 'content-type': 'multipart/form-data; boundary=b' })
    assert.equal(parts.json().data.count, 8)
  })

  it('refuses broken JSON, other content types and large bodies', async () => {
    const json = { 'content-type': 'application/json' }
    assert.equal((await post('{"count":', json)).json().error_code, 'invalid_json')
    assert.equal((await post('{"__proto__":{"x":1}}', json)).json().error_code, 'invalid_json')
    assert.equal((await post('<a/>', { 'content-type': 'application/xml' })).statusCode, 415)
    const large = await post({ note: 'x'.repeat(3000) })
    assert.equal(large.statusCode, 413)
    assert.equal(large.json().error_code, 'payload_too_large')
  })

  it('refuses text that could not be kept as it is', async () => {
    const json = { 'content-type': 'application/json' }
    for (const note of ['a\\u0000b', 'a\\ud800b', '\\udc00']) {
      const answer = (await post(`{"note":"${note}"}`, json)).json()
      assert.equal(answer.error_code, 'invalid_request')
      assert.deepEqual(answer.details.issues[0].path, 'body.note')
    }
    assert.equal((await post('{"note":"\\ud83d\\ude00 \\\\u0000"}', json)).statusCode, 200)
    const latin = Buffer.from('{"note":"é"}', 'latin1') as unknown as string
    assert.equal((await post(latin, json)).json().error_code, 'invalid_json')
    const deep = `{"note":"\\u0041","count":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
    const wide = await bareServer({ operations })
    const answer = await wide.inject({ method: 'POST', url: '/things/a/echo', payload: deep, headers: json })
    assert.equal(answer.json().error_code, 'invalid_request')
    const form = await post('note=a%00b', { 'content-type': 'application/x-www-form-urlencoded' })
    assert.equal(form.json().error_code, 'invalid_request')
    await wide.close()
  })

  it('takes compressed bodies up to the limit that plain ones have', async () => {
    const send = (body: Buffer, encoding: string) =>
      post(body as unknown as string, { 'content-type': 'application/json', 'content-encoding': encoding })
    assert.equal((await send(gzipSync('{"count":3}'), 'gzip')).json().data.count, 3)
    const bomb = gzipSync(JSON.stringify({ note: 'x'.repeat(1_000_000) }))
    assert.ok(bomb.length < 2000)
    assert.equal((await send(bomb, 'gzip')).json().error_code, 'payload_too_large')
    assert.equal((await send(Buffer.from('{"count":3}'), 'gzip')).json().error_code, 'invalid_json')
    assert.equal((await send(Buffer.from('{"count":3}'), 'lzma')).json().error_code, 'unsupported_media_type')
  })

  it('refuses a body where none is taken', async () => {
    const answer = await app.inject({ method: 'POST', url: '/wrong', payload: {} })
    assert.equal(answer.statusCode, 405)
    assert.equal(answer.headers.allow, 'GET, HEAD')
    assert.equal((await app.inject({ method: 'HEAD', url: '/things/a/echo' })).statusCode, 405)
    assert.equal((await app.inject({ method: 'TRACE' as 'GET', url: '/wrong' })).statusCode, 405)
    assert.equal((await app.inject('/nowhere')).json().error_code, 'not_found')
    assert.equal((await app.inject('/%E0%A4%A')).json().error_code, 'invalid_request')
    assert.equal((await app.inject(`/phones/${'1'.repeat(600)}`)).json().error_code, 'invalid_request')
  })

  it('lets nothing out of an answer that its operation does not describe, nor of an unexpected failure', async () => {
    for (const url of ['/wrong', '/broken', '/unsaid', '/raw']) {
      const answer = await app.inject(url)
      assert.equal(answer.statusCode, 500)
      assert.equal(answer.json().error_code, 'internal')
      assert.ok(!answer.body.includes('hunter2'))
    }
  })

  it('says when to come back', async () => {
    const answer = await app.inject('/slow')
    assert.equal(answer.statusCode, 429)
    assert.equal(answer.headers['retry-after'], '3')
    assert.equal(answer.json().retryable, true)
  })

  it('repeats a harmless request id and replaces any other', async () => {
    const mine = await app.inject({ url: '/broken', headers: { 'x-request-id': 'call-1' } })
    assert.equal(mine.headers['x-request-id'], 'call-1')
    assert.equal(mine.json().request_id, 'call-1')
    const bad = await app.inject({ url: '/later', headers: { 'x-request-id': 'a b<script>' } })
    assert.match(String(bad.headers['x-request-id']), /^[0-9a-f-]{36}$/)
  })

  it('sends hardening and CORS headers, also on failures', async () => {
    const { headers } = await app.inject({ url: '/nowhere', headers: { origin: 'https://a.example' } })
    for (const [name, value] of Object.entries(hardening)) assert.equal(headers[name], value, name)
    assert.equal(headers['strict-transport-security'], undefined)
    assert.equal(headers['access-control-allow-origin'], '*')
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/later',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
    })
    assert.equal(preflight.statusCode, 204)
    assert.match(String(preflight.headers['access-control-allow-headers']), /X-API-Key/)
  })

  it('lets no cache keep an answer, whatever became of the request', async () => {
    for (const url of ['/later', '/broken', '/nowhere', '/%E0%A4%A', '/phones/0170']) {
      assert.equal((await app.inject(url)).headers['cache-control'], 'no-store', url)
    }
  })

  describe('over a socket', () => {
    let port: number
    before(async () => {
      port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
    })

    const exchange = async (bytes: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1')
      socket.end(bytes)
      return (await socket.setEncoding('utf8').toArray()).join('')
    }
    const ask = (line: string, ...headers: string[]) =>
      exchange([line, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n'))

    it('answers in the envelope to bytes that are no HTTP', async () => {
      const bytes = ['HELLO\r\n\r\n', 'FOO /later\r\n\r\n', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`]
      for (const text of bytes) {
        const answer = await exchange(text)
        assert.match(answer, /^HTTP\/1\.1 400 /)
        assert.match(answer, /"error_code":"invalid_request".*"request_id":"/)
      }
    })

    it('answers 405 to every method that a path does not take, known to HTTP or not, and names those that it takes', async () => {
      const others = METHODS.filter((method) => !['GET', 'HEAD', 'OPTIONS', 'CONNECT'].includes(method))
      for (const method of [...others, 'FOO', 'get', 'BREW-IT']) {
        const answer = await ask(`${method} /Later/?times=2 HTTP/1.1`)
        assert.match(answer, /^HTTP\/1\.1 405 /, method)
        assert.match(answer, /^allow: GET, HEAD\r$/im, method)
        assert.match(answer, /"error_code":"method_not_allowed".*"details":\{"allowed":\["GET","HEAD"\]\}/, method)
      }
      assert.match(await ask('QUERY /things/a/echo HTTP/1.1'), /^allow: POST\r$/im)
      assert.match(await ask('FOO http://x/things/a/echo HTTP/1.1'), /^allow: POST\r$/im)
      assert.match(await ask('PUT /%74hings/a%2Fb/ech%6F HTTP/1.1'), /^allow: POST\r$/im)
      for (const line of ['QUERY /nowhere HTTP/1.1', 'FOO /nowhere HTTP/1.1']) {
        assert.match(await ask(line), /^HTTP\/1\.1 404 .*"error_code":"not_found"/s)
      }
      assert.match(
        await ask('CONNECT example.com:443 HTTP/1.1'),
        /^HTTP\/1\.1 405 .*"error_code":"method_not_allowed"/s,
      )
    })

    it('answers a request that expects what nobody knows', async () => {
      const answer = await ask('GET /later HTTP/1.1', 'Expect: the-unexpected')
      assert.match(answer, /^HTTP\/1\.1 202 .*"status":true/s)
    })

    it('refuses a request whose host is not told, told twice, or no host', async () => {
      const line = 'GET /later HTTP/1.1'
      for (const headers of [
        [],
        ['Host: x', 'host: y'],
        ['Host: x', 'Host: x'],
        ['Host: a b'],
        ['Host: a/b'],
        ['Host: a, b'],
      ]) {
        const answer = await exchange([line, ...headers, 'Connection: close', '', ''].join('\r\n'))
        assert.match(answer, /^HTTP\/1\.1 400 /, String(headers))
        assert.match(answer, /"error_code":"invalid_request","retryable":false/, String(headers))
      }
      for (const host of ['x', 'x:7001', '[::1]:7001', 'a_b.example', '']) {
        const answer = await exchange(`${line}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
        assert.match(answer, /^HTTP\/1\.1 202 /, host)
      }
    })
  })
})
