import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { Switchboard } from './index.ts'
import { BadLine } from './testing/bad-line.ts'

describe('a call over a line that fails', () => {
  let gateway: TestGateway
  let line: BadLine
  let token: string
  let sb: Switchboard

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    line = await BadLine.start(gateway.api.url)
    token = (await gateway.linkDevice()).token
    sb = new Switchboard({ baseUrl: line.url, deviceToken: token })
  })
  afterEach(() => {
    line.fates.length = 0
    line.seen.length = 0
  })
  after(async () => {
    await line.stop()
    await gateway.stop()
  })

  const busy = { status: 503, headers: { 'retry-after': '1' }, body: 'busy' } as const

  it('sends once what was lost on its way there or back, with one key for all tries', async () => {
    const bob = await gateway.phone('Bob')
    line.fates.push('lost', 'unanswered', busy)
    const { message_id } = await sb.messaging.sendText({ path: { chat_jid: bob.id }, body: { text: 'once' } })
    await bob.until.message(({ id }) => id === message_id)
    const keys = line.seen.map((headers) => headers['idempotency-key'])
    assert.equal(keys.length, 4)
    assert.equal(new Set(keys).size, 1)
    assert.match(String(keys[0]), /^[0-9a-f]{32}$/)
    const { messages } = await sb.messaging.list({ path: { chat_jid: bob.jid } })
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['once'],
    )
  })

  it('repeats reading, and uses the key that it is given', async () => {
    line.fates.push('lost', { status: 429 })
    await sb.device.getMe()
    assert.equal(line.seen.length, 3)
    const bob = await gateway.phone('Bob')
    const request = { path: { chat_jid: bob.id }, body: { text: 'mine' }, idempotencyKey: 'my-key' }
    const first = await sb.messaging.sendText(request)
    assert.deepEqual(await sb.messaging.sendText(request), first)
    assert.deepEqual(
      line.seen.slice(3).map((headers) => headers['idempotency-key']),
      ['my-key', 'my-key'],
    )
  })

  it('does not repeat what could be done twice', async () => {
    line.fates.push('unanswered')
    await assert.rejects(sb.webhooks.create({ body: { url: 'https://example.com/hook' } }), { code: 'no_answer' })
    assert.equal((await sb.webhooks.list()).webhooks.length, 1)
  })

  it('repeats anything that the server has refused because of its load', async () => {
    const body = JSON.stringify({
      ...{ status: false, code: 503, message: 'The server is not ready', error: 'The server is not ready' },
      ...{ error_code: 'not_ready', retryable: true, request_id: 'r' },
    })
    line.fates.push({ status: 503, body })
    await sb.webhooks.create({ body: { url: 'https://example.com/other' } })
    assert.equal(line.seen.length, 2)
  })

  it('gives up after so many tries, when it would wait long, and when it is told to', async () => {
    line.fates.push('lost', 'lost')
    await assert.rejects(sb.device.getMe({ retries: 1 }), { code: 'no_answer' })
    line.fates.push({ status: 429, headers: { 'retry-after': '600' } })
    await assert.rejects(sb.device.getMe(), { status: 429, retryAfter: 600 })
    const stop = new AbortController()
    line.fates.push(...Array.from({ length: 9 }, () => busy))
    const call = sb.device.getMe({ signal: stop.signal, retries: 9 })
    setImmediate(() => stop.abort(new Error('no more')))
    await assert.rejects(call, { message: 'no more' })
  })
})
