import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import pg from 'pg'
import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import type { RegisteredOperation } from '../../kit/registered.ts'
import { testCluster } from '../../storage/testing/embedded-postgres.ts'
import type { ApiClient } from '../../testing/api-client.ts'
import { SocketClient } from '../../testing/socket-client.ts'
import { startNats, type TestNats, withoutNats } from '../../testing/start-nats.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { StreamClient } from '../../testing/stream-client.ts'
import { until } from '../../testing/until.ts'
import { carriedHeader } from './carried-request.ts'

type LinkedDevice = TestDevice & { readonly phone: Phone }

/** Waits until the test lets it answer. */
let release = Promise.withResolvers<void>()
let asked = Promise.withResolvers<void>()
let runs = 0
const moreOperations: RegisteredOperation[] = [
  {
    id: 'test.wait',
    operation: defineOperation({
      method: 'POST',
      path: '/test/wait',
      auth: 'device',
      summary: 'Waits',
      idempotent: true,
      response: z.object({ run: z.int() }),
      async run() {
        const run = ++runs
        asked.resolve()
        await release.promise
        return { run }
      },
    }),
  },
  {
    id: 'test.large',
    operation: defineOperation({
      method: 'GET',
      path: '/test/large',
      auth: 'device',
      summary: 'Answers much',
      response: z.object({ text: z.string() }),
      run: async () => ({ text: 'x'.repeat(3_000_000) }),
    }),
  },
]

describe('any node, any request', { skip: withoutNats }, () => {
  const shared = mkdtempSync(path.join(os.tmpdir(), 'switchboard-shared-'))
  let nats: TestNats
  let sandbox: Sandbox
  let nodes: TestGateway[] = []
  let device: LinkedDevice
  let key: { id: number; key: string; api: ApiClient }
  let bob: Phone
  /** The node that has the device, and the other one. */
  let owner: TestGateway
  let other: TestGateway

  const from = (gateway: TestGateway, token = device.token) => gateway.api.with({ authorization: `Bearer ${token}` })

  /** Links a device by the first node, whatever node will have it. */
  const linked = async (made: TestDevice): Promise<LinkedDevice> => {
    const phone = await nodes[0]!.phone('Owner')
    const login = await from(nodes[0]!, made.token).post<{ qr_text: string }>('/devices/me/login?output=json')
    await phone.scan(login.qr_text)
    await until('it is connected', () => nodes.some(({ services }) => services.sessions.status(made.id).connected))
    return { ...made, phone }
  }

  before(async () => {
    const cluster = await testCluster()
    const client = new pg.Client({ connectionString: cluster.uri('postgres') })
    await client.connect()
    await client.query('create database any_node')
    await client.end()
    ;[nats, sandbox] = await Promise.all([startNats(), Sandbox.start({ seed: 41 })])
    const environment = {
      WHATSAPP_DATASTORE_URI: cluster.uri('any_node'),
      SWITCHBOARD_NATS_URL: nats.url,
      SWITCHBOARD_SHARED_DIR: shared,
      SWITCHBOARD_COMPAT: 'evolution',
    }
    const [first, second] = [
      await startTestGateway({ sandbox, environment, moreOperations }),
      await startTestGateway({ sandbox, environment, moreOperations }),
    ]
    nodes = [first, second]
    key = await first.createKey()
    bob = await first.phone('Bob')
    device = await linked(await first.createDevice(key.key))
  })

  /** Devices move until each node has as many as the others. */
  const settle = async () => {
    const counts = () => nodes.map(({ services }) => services.sessions.counts()['open'] ?? 0)
    await until('the devices have found their places', () => Math.max(...counts()) - Math.min(...counts()) <= 1)
    owner = await until('a node has it', () => nodes.find(({ services }) => services.cluster.own.keeps(device.id)))
    other = nodes.find((node) => node !== owner)!
    await until('it is connected there', () => owner.services.sessions.status(device.id).connected)
  }
  beforeEach(settle)

  after(async () => {
    for (const node of nodes) await node.stop()
    await sandbox?.stop()
    await nats?.stop()
    rmSync(shared, { recursive: true, force: true })
  })

  const sendPath = () => `/chats/${bob.id}/messages`

  it('sends by a node that does not have the device, and answers as the other one does', async () => {
    const keyed = (node: TestGateway) => from(node).with({ 'idempotency-key': 'k1', 'x-request-id': 'request-1' })
    const sent = await keyed(other).call<{ message_id: string }>('POST', sendPath(), { text: 'from elsewhere' })
    assert.equal(sent.status, 200, sent.text)
    assert.equal(sent.headers.get('x-request-id'), 'request-1')
    const seen = await bob.until.message(({ text }) => text === 'from elsewhere')
    assert.equal(seen.id, sent.body.data.message_id)
    for (const node of [other, owner]) {
      const again = await keyed(node).call('POST', sendPath(), { text: 'from elsewhere' })
      assert.deepEqual([again.status, again.body], [sent.status, sent.body])
      assert.equal(again.headers.get('idempotency-replayed'), 'true')
    }
    const atOnce = { 'idempotency-key': 'at-once', 'x-request-id': 'request-2' }
    const both = await Promise.all(
      nodes.map((node) => from(node).with(atOnce).call('POST', sendPath(), { text: 'at once' })),
    )
    assert.ok(both.every(({ status, body }) => status === 200 || body.error_code === 'idempotency_in_progress'))
    assert.equal((await from(other).with(atOnce).call('POST', sendPath(), { text: 'at once' })).status, 200)
    await bob.until.message(({ text }) => text === 'at once')
    const refused = await keyed(other).refuses('idempotency_conflict', 'POST', sendPath(), { text: 'another' })
    assert.equal(refused.body.request_id, 'request-1')
    await from(other).refuses('invalid_request', 'POST', sendPath(), { text: 7 })
    await from(other).refuses('message_not_found', 'GET', '/messages/3EB0NONE')
    const path = `/messages/${seen.id}`
    await until('it is delivered', async () => (await from(other).get(path))['status'] === 'delivered')
    assert.deepEqual(await from(other).get(path), await from(owner).get(path))
    for (const said of ['from elsewhere', 'at once']) {
      assert.equal(bob.messages().filter(({ text }) => text === said).length, 1)
    }
  })

  it('acts for a device by its API key, and by an agent, on any node', async () => {
    const acting = other.api.with({ 'x-api-key': key.key, 'x-device-id': device.id })
    await acting.post(sendPath(), { text: 'for the device' })
    await bob.until.message(({ text }) => text === 'for the device')
    const call = { name: 'send_message', arguments: { chat_jid: bob.id, text: 'of an agent' } }
    const asked = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }
    const agent = from(other).with({ accept: 'application/json, text/event-stream' })
    const { status, text } = await agent.call('POST', '/mcp', asked)
    assert.equal(status, 200, text)
    await bob.until.message((message) => message.text === 'of an agent')
  })

  it('streams a file to the node of the device, and the file of a message and a part of it back', async () => {
    const data = randomBytes(3_000_000)
    const form = new FormData()
    form.set('file', new Blob([data]), 'data.bin')
    form.set('caption', 'by form')
    const { message_id } = await from(other).post<{ message_id: string }>(`/chats/${bob.id}/documents`, form)
    const seen = await bob.until.message(({ id }) => id === message_id)
    assert.ok(Buffer.from(bob.media.bytes(seen.id)).equals(data))
    const wrong = new FormData()
    wrong.set('nofile', new Blob([data]), 'data.bin')
    const refused = await from(other).refuses('invalid_request', 'POST', `/chats/${bob.id}/documents`, wrong)
    assert.match(refused.body.message, /nofile/)
    const base64 = { base64: data.toString('base64') }
    const large = await from(other).call<{ message_id: string }>('POST', `/chats/${bob.id}/documents`, base64)
    assert.equal(large.status, 200, large.text)
    await bob.until.message(({ id }) => id === large.body.data.message_id)
    const sent = await bob.send(device.phone.jid, { document: { data } })
    const path = `/messages/${sent.id}/media`
    await until('it is stored', async () => (await from(owner).call('GET', `/messages/${sent.id}`)).status === 200)
    const fetched = (headers: Record<string, string> = {}) =>
      fetch(`${other.api.url}${path}`, { headers: { ...from(other).headers, ...headers } })
    const whole = await fetched()
    assert.equal(whole.headers.get('content-length'), String(data.length))
    assert.ok(Buffer.from(await whole.arrayBuffer()).equals(data))
    const part = await fetched({ range: 'bytes=100-199' })
    assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 100-199/${data.length}`])
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(data.subarray(100, 200)))
    const { media } = await from(other).get<{ media: { url: string } }>(`/messages/${sent.id}`)
    const linked = await fetch(new URL(media.url, other.api.url))
    assert.ok(Buffer.from(await linked.arrayBuffer()).equals(data))
  })

  it('brings a file to a program of another product that asks the other node', async () => {
    const data = randomBytes(300_000)
    const sent = await bob.send(device.phone.jid, { document: { data, file_name: 'notes.bin' } })
    const asking = other.api.with({ apikey: key.key })
    const path = `/chat/getBase64FromMediaMessage/${device.id}`
    const got = await until('it is there', async () => {
      const { status, body } = await asking.call('POST', path, { message: { key: { id: sent.id } } })
      return status === 201 ? (body as unknown as { base64: string; fileName: string }) : undefined
    })
    assert.equal(got.fileName, 'notes.bin')
    assert.ok(Buffer.from(got.base64, 'base64').equals(data))
    const none = await asking.call('POST', path, { message: { key: { id: '3EB0NONE' } } })
    assert.equal(none.status, 404)
  })

  it('lists devices of all nodes by how they do now, and tries all of them', async () => {
    const waiting = await Promise.all([owner, other].map((node) => node.createDevice(key.key)))
    for (const [place, { token }] of waiting.entries()) {
      await from(nodes[place]!, token).post('/devices/me/login?output=json')
    }
    for (const node of nodes) {
      const { devices } = await node.admin.get<{ devices: { device_id: string; state: string }[] }>(
        '/admin/devices?state=pairing',
      )
      const listed = devices.filter(({ device_id }) => waiting.some(({ id }) => id === device_id))
      assert.deepEqual(
        listed.map(({ device_id, state }) => [device_id, state]).sort(),
        waiting.map(({ id }) => [id, 'pairing']).sort(),
      )
    }
    interface Tried {
      readonly results: { readonly device_id: string; readonly status: string }[]
      readonly silent_nodes: string[]
    }
    const { results, silent_nodes } = await other.admin.post<Tried>('/admin/devices/reconnect')
    assert.deepEqual(silent_nodes, [])
    const outcome = (id: string) => results.find(({ device_id }) => device_id === id)?.status
    assert.equal(outcome(device.id), 'already_connected')
    for (const { id } of waiting) assert.equal(outcome(id), 'skipped')
    const byKey = (node: TestGateway) => node.api.with({ 'x-api-key': key.key })
    for (const { id } of waiting) await byKey(other).delete(`/devices/${id}`)
  })

  it('gets nothing for a client that says that another node has let it in', async () => {
    const principal = { kind: 'device', deviceId: device.id, apiKeyId: key.id, by: { kind: 'admin' } }
    const carried = { deviceId: device.id, principal, requestId: 'x', from: { address: '127.0.0.1' } }
    const sealed = owner.services.cluster.seal!.seal('GET /messages/another', Buffer.from(JSON.stringify(carried)))
    for (const text of [
      JSON.stringify(carried),
      Buffer.from(JSON.stringify(carried)).toString('base64url'),
      sealed.toString('base64url'),
    ]) {
      for (const node of nodes) {
        const forged = node.api.with({ [carriedHeader]: text })
        await forged.refuses('unauthorized', 'POST', sendPath(), { text: 'forged' })
        await forged.refuses('unauthorized', 'GET', '/devices/me/status')
        const stranger = await node.createDevice()
        const own = from(node, stranger.token).with({ [carriedHeader]: text })
        await own.refuses('device_not_linked', 'POST', sendPath(), { text: 'forged' })
      }
    }
    assert.ok(!bob.messages().some(({ text }) => text === 'forged'))
  })

  it('takes what the other node of the cluster has sealed for this request, once', async () => {
    const principal = { kind: 'device', deviceId: device.id, apiKeyId: key.id, by: { kind: 'admin' } }
    const carried = { deviceId: device.id, principal, requestId: 'x', from: { address: '127.0.0.1' } }
    const sealed = other.services.cluster.seal!.seal('GET /devices/me/status', Buffer.from(JSON.stringify(carried)))
    const client = owner.api.with({ [carriedHeader]: sealed.toString('base64url') })
    await client.get('/devices/me/status')
    await client.refuses('unauthorized', 'GET', '/devices/me/status')
    const elsewhere = other.services.cluster.seal!.seal('GET /devices/me/status', Buffer.from(JSON.stringify(carried)))
    const astray = await other.api
      .with({ [carriedHeader]: elsewhere.toString('base64url') })
      .refuses('not_ready', 'GET', '/devices/me/status')
    assert.equal(astray.headers.get('retry-after'), '1')
  })

  it('shows the events of all nodes on every node, in the order of each device, by a ticket of another one', async () => {
    const one = await linked(await other.createDevice(key.key))
    const reader = nodes.find(({ services }) => !services.cluster.own.has(one.id))!
    const maker = nodes.find((node) => node !== reader)!
    const byKey = { 'x-api-key': key.key }
    const { ticket } = await maker.api
      .with(byKey)
      .post<{ ticket: string }>('/events/tickets', { types: ['message.received'] })
    const stream = await StreamClient.open(`${reader.api.url}/events/stream?ticket=${ticket}`)
    const own = await SocketClient.open(
      `${reader.api.url}/events/socket?types=message.received`,
      from(reader, one.token).headers,
    )
    const phones = [device.phone, one.phone]
    for (let number = 0; number < 10; number++) {
      await Promise.all(phones.map((phone) => bob.send(phone.jid, { text: `n${number}` })))
    }
    const told = await stream.take(20)
    for (const { id } of [device, one]) {
      const seqs = told.filter(({ data }) => data.device_id === id).map(({ data }) => data.seq)
      assert.equal(seqs.length, 10)
      assert.deepEqual(
        seqs,
        [...seqs].sort((a, b) => a - b),
      )
    }
    const ids = told.map(({ id }) => id)
    assert.deepEqual(
      ids,
      [...new Set(ids)].sort((a, b) => a - b),
    )
    assert.deepEqual(
      (await own.take(10)).map(({ data }) => data.device_id),
      Array(10).fill(one.id),
    )
    stream.leave()
    own.socket.close()
    const heads = { ...byKey, 'last-event-id': String(told[14]!.id) }
    const again = await StreamClient.open(`${maker.api.url}/events/stream?types=message.received`, heads)
    assert.deepEqual(
      (await again.take(5)).map(({ data }) => data.id),
      told.slice(15).map(({ data }) => data.id),
    )
    again.leave()
  })

  it('knows on every node what one of them has changed', async () => {
    const made = await owner.createDevice(key.key)
    await from(other, made.token).get('/devices/me/status')
    const renewed = await other.api.post<{ token: string }>('/devices/token', {
      device_id: made.id,
      device_secret: made.secret,
    })
    await from(other, made.token).refuses('unauthorized', 'GET', '/devices/me/status')
    await until('the other node refuses the old token', async () => {
      return (await from(owner, made.token).call('GET', '/devices/me/status')).status === 401
    })
    await from(owner, renewed.token).get('/devices/me/status')
    const page = await other.signIn(renewed.token)
    await until('its session counts on the other node', async () => {
      const there = owner.api.with({ cookie: page.headers['cookie']!, 'x-requested-with': 'switchboard' })
      return (await there.call('GET', '/console/session')).status === 200
    })
    await page.delete('/console/session')
    await page.refuses('unauthorized', 'GET', '/console/session')
    const holder = await until('somebody has it', () => nodes.find(({ services }) => services.cluster.own.has(made.id)))
    const front = nodes.find((node) => node !== holder)!
    await front.api.with({ 'x-api-key': key.key }).delete(`/devices/${made.id}`)
    await from(front, renewed.token).refuses('unauthorized', 'GET', '/devices/me/status')
  })

  it('brings an answer back that is larger than a message of the bus', async () => {
    assert.equal((await from(other).get<{ text: string }>('/test/large')).text.length, 3_000_000)
  })

  it('says that the answer of something is lost, and does it once under its key', async () => {
    ;[release, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const keyed = from(other).with({ 'idempotency-key': 'lost-1' })
    const waiting = keyed.call('POST', '/test/wait')
    await asked.promise
    await nats.kill()
    const lost = await waiting
    assert.deepEqual([lost.status, lost.body.error_code], [504, 'answer_lost'])
    release.resolve()
    await nats.start()
    await until('the answer of the first run', async () => {
      const { status, body } = await keyed.call<{ run: number }>('POST', '/test/wait')
      return status === 200 && body.data.run === 1
    })
    assert.equal(runs, 1)
  })

  it('says at once that a device is out of reach without NATS, and works for its own', async () => {
    const events = await StreamClient.open(`${other.api.url}/events/stream?types=message.sent`, from(other).headers)
    await nats.kill()
    await until('it is noticed', async () => (await other.api.get<{ bus: string }>('/readyz')).bus === 'away')
    const refused = await from(other).refuses('not_ready', 'POST', sendPath(), { text: 'out of reach' })
    assert.equal(refused.headers.get('retry-after'), '2')
    await from(owner).post(sendPath(), { text: 'without NATS' })
    const unlisted = await other.admin.refuses('not_ready', 'GET', '/admin/devices?state=banned')
    assert.deepEqual(unlisted.body.details, { nodes: [owner.services.cluster.nodeId] })
    const tried = await other.admin.post<{
      results: { device_id: string; status: string; error?: string }[]
      silent_nodes: string[]
    }>('/admin/devices/reconnect')
    assert.deepEqual(tried.silent_nodes, [owner.services.cluster.nodeId])
    const unknown = tried.results.find(({ device_id }) => device_id === device.id)
    assert.deepEqual([unknown?.status, unknown?.error], ['failed', 'node_unreachable'])
    await bob.until.message(({ text }) => text === 'without NATS')
    // No hint comes: the database is asked.
    const [told] = await events.take(1)
    assert.equal(told!.event, 'message.sent')
    await nats.start()
    await until('both are there again', async () => {
      const states = await Promise.all(nodes.map(({ api }) => api.get<{ bus: string }>('/readyz')))
      return states.every(({ bus }) => bus === 'ok')
    })
    await from(other).post(sendPath(), { text: 'reachable again' })
    await bob.until.message(({ text }) => text === 'reachable again')
    assert.ok(!bob.messages().some(({ text }) => text === 'out of reach'))
    events.leave()
  })
})
