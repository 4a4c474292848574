import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { operations } from '../generated/operations.ts'
import { defineOperation } from '../kit/define-operation.ts'
import { missingRoutes } from '../schemas/missing-routes.ts'
import type { ApiClient } from '../testing/api-client.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'

let ran = 0

const taking = (path: string, shape: { auth: 'none' | 'device'; forms?: true; body?: z.ZodObject }) =>
  defineOperation({
    method: 'POST',
    path,
    summary: 'For a test',
    response: z.object({ fields: z.int() }),
    ...shape,
    run: async (_context, { body }) => {
      ran++
      return { fields: Object.keys(body ?? {}).length }
    },
  })

const Note = z.object({ note: z.string().optional(), list: z.array(z.int()).optional() })
const moreOperations = [
  { id: 'test.anybody', operation: taking('/anybody', { auth: 'none', forms: true, body: Note }) },
  { id: 'test.known', operation: taking('/known', { auth: 'device', forms: true, body: Note }) },
  { id: 'test.noForms', operation: taking('/no-forms', { auth: 'device', body: Note }) },
  { id: 'test.nothing', operation: taking('/nothing', { auth: 'device' }) },
]

const json = { 'content-type': 'application/json' }
const urlEncoded = { 'content-type': 'application/x-www-form-urlencoded' }
const multipart = { 'content-type': 'multipart/form-data; boundary=bound' }
const parts = (count: number): string =>
  `${'--bound\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n'.repeat(count)}--bound--\r\n`
const fields = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, 0])))
const brotli = (text: string) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
const megabyte = 1024 * 1024

describe('the body of a request', () => {
  let gateway: TestGateway
  let device: ApiClient
  before(async () => {
    gateway = await startTestGateway({ moreOperations })
    device = (await gateway.createDevice()).api
  })
  after(() => gateway.stop())

  type Body = string | Uint8Array<ArrayBuffer> | ReadableStream
  const post = async (path: string, body: Body, headers: Record<string, string>, api = device) => {
    const init = { method: 'POST', body, headers: { ...api.headers, ...headers }, duplex: 'half' }
    const response = await fetch(`${api.url}${path}`, init as RequestInit)
    const text = await response.text()
    return { status: response.status, text, answer: JSON.parse(text) }
  }

  /** The refusal is short, whatever was sent, and the operation did not run. */
  const refuses = async (code: string, words: RegExp, ...request: Parameters<typeof post>): Promise<void> => {
    const before = ran
    const { answer, text } = await post(...request)
    assert.equal(answer.error_code, code, text.slice(0, 500))
    assert.match(answer.message, words)
    assert.ok(text.length < 4096, `the refusal has ${text.length} characters`)
    assert.ok((answer.details?.issues ?? []).length <= 10)
    assert.equal(ran, before)
  }

  /** A request that is sent piece by piece. */
  const open = (path: string, headers: Record<string, string>): Socket => {
    const { hostname, port } = new URL(device.url)
    const socket = connect(Number(port), hostname)
      .setEncoding('utf8')
      .on('error', () => {})
    const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    return socket
  }

  it('may have so many form fields and parts', async () => {
    assert.equal((await post('/known', `note=a${'&'.repeat(90)}`, urlEncoded)).status, 200)
    await refuses('invalid_request', /more than 100 fields/, '/known', 'a=&'.repeat(20_000), urlEncoded)
    await refuses('invalid_request', /more than 100 fields/, '/known', 'a=&'.repeat(40_000), urlEncoded)
    await refuses('payload_too_large', /./, '/known', `note=${'a'.repeat(70_000)}`, urlEncoded)
    await refuses('payload_too_large', /./, '/anybody', 'a=&'.repeat(40_000), urlEncoded, gateway.api)
    await refuses('invalid_request', /more than 100 fields/, '/known', parts(200), multipart)
    await refuses('payload_too_large', /./, '/known', parts(10_000), multipart)
    await refuses('invalid_request', /note: .*received array/, '/known', parts(100), multipart)
  })

  it('may hold so many JSON values, so deeply nested', async () => {
    assert.equal((await post('/known', JSON.stringify({ list: Array(9_000).fill(1) }), json)).answer.data.fields, 1)
    const tooMany = /body: holds more than 10000 values/
    await refuses('invalid_request', tooMany, '/known', JSON.stringify({ list: Array(10_001).fill(1) }), json)
    await refuses('invalid_request', tooMany, '/known', fields(90_000), json)
    await refuses('invalid_request', tooMany, '/known', `[${'{},'.repeat(300_000)}{}]`, json)
    const deep = (levels: number) => `{"note":${'['.repeat(levels)}${']'.repeat(levels)}}`
    await refuses('invalid_request', /body\.note: .*received array/, '/known', deep(60), json)
    await refuses('invalid_request', /nested deeper than 64 levels/, '/known', deep(70), json)
    await refuses('invalid_request', /nested deeper than 64 levels/, '/known', deep(500_000), json)
  })

  it('may have large texts, in which nothing counts', async () => {
    const text = '[{,"\\'.repeat(100_000)
    assert.equal((await post('/known', JSON.stringify({ note: text }), json)).status, 200)
    await refuses('invalid_request', /unknown: x{64}…$/, '/known', JSON.stringify({ ['x'.repeat(900_000)]: 1 }), json)
  })

  it('is answered with a few of its faults and the number of the rest', async () => {
    const few = /^body: unknown: f0, .*f9 and 4990 more$/
    await refuses('invalid_request', few, '/known', fields(5_000), json)
    const list = JSON.stringify({ list: Array(5_000).fill('x') })
    await refuses('invalid_request', /body\.list\.9: .* and 4990 more$/, '/known', list, json)
    const query = Array.from({ length: 1_000 }, (_, n) => `q${n}=1`).join('&')
    await refuses('invalid_request', /^query: unknown: q0, .* and 990 more$/, `/known?${query}`, '{}', json)
    await refuses('invalid_request', /^query: unknown: q$/, `/known?${'q=1&'.repeat(3_000)}`, '{}', json)
  })

  it('is read as far as the route takes one', async () => {
    const big = JSON.stringify({ note: 'x'.repeat(900_000) })
    assert.equal((await post('/known', big, json)).status, 200)
    await refuses('payload_too_large', /./, '/known', JSON.stringify({ note: 'x'.repeat(megabyte) }), json)
    await refuses('payload_too_large', /./, '/anybody', big, json, gateway.api)
    await refuses('payload_too_large', /./, '/nothing', big, json)
    await refuses('invalid_request', /./, '/nothing', '{"a":1}', json)
    const onlyJson = (type: string) => new RegExp(`^The body is ${type}; this endpoint takes application/json$`)
    await refuses('unsupported_media_type', onlyJson(urlEncoded['content-type']), '/no-forms', 'note=a', urlEncoded)
    await refuses('unsupported_media_type', onlyJson('multipart/form-data'), '/no-forms', parts(1), multipart)
    const yaml = { 'content-type': 'application/yaml' }
    await refuses(
      'unsupported_media_type',
      /application.yaml; .* application.json, .*multipart/,
      '/known',
      'a: b',
      yaml,
    )
    await refuses('unsupported_media_type', /^The body has no Content-Type; /, '/known', Buffer.from('note'), {})
    await refuses('unsupported_media_type', /./, '/known', '{}', { 'content-type': 'application/json, text/plain' })
  })

  it('is refused by the field that is missing', async () => {
    const texts = '/chats/4917012345678/messages'
    await refuses('invalid_request', /^body\.text: is missing$/, texts, '{}', json)
    await refuses('invalid_request', /^body\.text: is missing; body: unknown: txt$/, texts, '{"txt":"a"}', json)
    await refuses('invalid_request', /^body\.text: expected string, received null$/, texts, '{"text":null}', json)
    await refuses('invalid_request', /^body\.text: is missing$/, texts, '', {})
  })

  it('is none when it has no byte, whatever its type', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense', 'a/b/c']) {
      for (const path of ['/known', '/no-forms', '/nothing']) {
        assert.deepEqual((await post(path, '', { 'content-type': type })).answer.data, { fields: 0 }, `${path} ${type}`)
      }
    }
    const strange = ['text/plain', 'nonsense', 'a/b/c', ';;;', 'application/json, text/plain']
    for (const headers of [json, urlEncoded, multipart, ...strange.map((type) => ({ 'content-type': type }))]) {
      const chunked = new ReadableStream({ start: (controller) => controller.close() })
      assert.equal((await post('/nothing', chunked, headers)).status, 200)
    }
  })

  it('is counted when no length was told, and when it comes compressed', async () => {
    const stream = (text: string) => new Blob([text]).stream()
    assert.equal((await post('/known', stream('{"note":"a"}'), json)).status, 200)
    await refuses('invalid_request', /more than 10000 values/, '/known', stream(fields(50_000)), json)
    for (const [encoding, compress] of Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotli })) {
      const headers = { ...json, 'content-encoding': encoding }
      const small = new Uint8Array(compress('{"note":"a"}'))
      assert.equal((await post('/known', small, headers)).status, 200)
      await refuses('invalid_request', /more than 10000/, '/known', new Uint8Array(compress(fields(50_000))), headers)
      const bomb = new Uint8Array(compress(JSON.stringify({ note: 'x'.repeat(9 * megabyte) })))
      await refuses('payload_too_large', /./, '/known', bomb, headers)
      const other = new Uint8Array(compress(JSON.stringify({ note: 'x'.repeat(megabyte) })))
      await refuses('payload_too_large', /./, '/anybody', other, headers, gateway.api)
    }
  })

  it('may come compressed also where answers do not', async () => {
    const plain = await startTestGateway({ moreOperations, environment: { HTTP_GZIP_LEVEL: '0' } })
    const headers = { ...json, 'content-encoding': 'gzip' }
    const { answer } = await post('/anybody', new Uint8Array(gzipSync('{"note":"a"}')), headers, plain.api)
    assert.deepEqual(answer.data, { fields: 1 })
    await plain.stop()
  })

  it('is not waited for where nobody reads it', async () => {
    const announced = { ...json, 'content-length': '1000000' }
    const notServed = missingRoutes(operations.map(({ operation }) => operation))
      .filter(({ method }) => method === 'POST')
      .slice(0, 1)
      .map(({ path }) => [path.replaceAll(/\{\w+\}/g, '1'), 'unsupported', {}] as const)
    for (const [path, code, more] of [
      ['/nowhere', 'not_found', {}],
      ['/known', 'unauthorized', {}],
      ['/known', 'unauthorized', { authorization: 'Bearer nonsense' }],
      ...notServed,
      ['/healthz', 'method_not_allowed', {}],
      ['/anybody', 'payload_too_large', {}],
    ] as const) {
      const socket = open(path, { ...announced, ...more })
      let answer = ''
      socket.on('data', (text) => (answer += text))
      while (!answer.includes('request_id')) await once(socket, 'data')
      assert.match(answer, new RegExp(`"error_code":"${code}"`))
      socket.destroy()
    }
  })

  it('holds nobody else up while it is sent', async () => {
    const body = fields(90_000)
    const headers = { ...json, ...device.headers, 'content-length': String(body.length) }
    const senders = Array.from({ length: 20 }, () => open('/known', headers))
    for (const sender of senders) sender.write(body.slice(0, -1))
    await gateway.api.get('/healthz')
    await device.post('/known', { note: 'meanwhile' })
    const answers = senders.map(async (sender) => {
      sender.write(body.at(-1)!)
      return (await once(sender, 'data')).join('')
    })
    for (const answer of await Promise.all(answers)) assert.match(answer, /"error_code":"invalid_request"/)
    for (const sender of senders) sender.destroy()
  })
})
