import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'
import { openReceiver, type Receiver } from '../../webhooks/testing.ts'

interface Webhook {
  id: number
  webhook_id: number
  device_id: string
  url: string
  events: string[]
  active: boolean
  secret: string
  created_at: string
  updated_at: string
}

interface Delivery {
  id: number
  event_id: string
  event_type: string
  status: string
  attempt_count: number
  last_error: string | null
  response_status: number | null
  response: string | null
}

const url = 'http://127.0.0.1:9/hook'
let gateway: TestGateway
const receivers: Receiver[] = []

const receive = async (): Promise<Receiver> => {
  const receiver = await openReceiver()
  receivers.push(receiver)
  return receiver
}

before(async () => {
  gateway = await startTestGateway()
})

after(async () => {
  await gateway.stop()
  await Promise.all(receivers.map((receiver) => receiver.close()))
})

describe('webhooks.create', () => {
  it('answers with the secret, once, and signs with it what the endpoint gets', async () => {
    const { api, id } = await gateway.createDevice()
    const receiver = await receive()
    const answer = await api.call<Webhook>('POST', '/webhooks', { url: receiver.url, events: ['message.received'] })
    assert.equal(answer.status, 201)
    const made = answer.body.data
    assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.deepEqual(
      [made.id, made.device_id, made.url, made.events, made.active],
      [made.webhook_id, id, receiver.url, ['message.received'], true],
    )
    await api.post(`/webhooks/${made.webhook_id}/test`)
    const [got] = await receiver.waitFor(1)
    const signature = createHmac('sha256', made.secret).update(got!.raw).digest('hex')
    assert.equal(got!.headers['x-webhook-signature'], `sha256=${signature}`)
    const shown = JSON.stringify([await api.get('/webhooks'), await api.get(`/webhooks/${made.webhook_id}`)])
    assert.ok(!shown.includes('whsec_') && !/"secret/.test(shown))
  })

  it('keeps no secret in clear', async () => {
    const { api } = await gateway.createDevice()
    const secret = 'a secret of the owner'
    await api.post('/webhooks', { url, secret })
    const rows = await gateway.services.database.query.selectFrom('webhook').selectAll().execute()
    for (const row of rows) assert.ok(!Buffer.from(row.secret_sealed).includes(secret))
  })

  it('refuses what it cannot use, and makes nothing', async () => {
    const { api } = await gateway.createDevice()
    for (const body of [
      {},
      { url: '' },
      { url, events: ['message.unheard_of'] },
      { url, events: 'message.received' },
      { url, secret: 'short' },
      { url, secret: 'whsec_not base64!!' },
      { url, nonsense: true },
    ]) {
      await api.refuses('invalid_request', 'POST', '/webhooks', body)
    }
    for (const bad of ['nonsense', 'ftp://example.com/', 'https://user:pass@example.com/']) {
      await api.refuses('invalid_webhook_url', 'POST', '/webhooks', { url: bad })
    }
    assert.deepEqual(await api.get('/webhooks'), { webhooks: [] })
  })

  it('takes every name of the contract, produced yet or not', async () => {
    const { api } = await gateway.createDevice()
    const made = await api.post<Webhook>('/webhooks', { url, events: ['group.join', 'call.offer', 'group.join'] })
    assert.deepEqual(made.events.sort(), ['call.offer', 'group.join'])
  })

  it('stops at the number that a device may have', async () => {
    const { api } = await gateway.createDevice()
    for (let n = 0; n < 5; n++) await api.post('/webhooks', { url })
    await api.refuses('webhook_limit_reached', 'POST', '/webhooks', { url })
  })
})

describe('webhooks.update', () => {
  it('changes what is named and leaves the rest', async () => {
    const { api } = await gateway.createDevice()
    const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url, events: ['message.read'] })
    const patch = async (body: object) => (await api.patch<{ webhook: Webhook }>(`/webhooks/${id}`, body)).webhook
    assert.deepEqual((await patch({ url: `${url}/2` })).events, ['message.read'])
    assert.equal((await patch({ events: ['message.played'] })).active, true)
    assert.equal((await patch({ active: false })).url, `${url}/2`)
    const last = await patch({ events: null })
    assert.deepEqual([last.active, last.events], [false, []])
    await api.refuses('invalid_webhook_url', 'PATCH', `/webhooks/${id}`, { url: 'gopher://x/' })
    await api.refuses('invalid_request', 'PATCH', `/webhooks/${id}`, { active: 'no' })
    await api.refuses('webhook_not_found', 'PATCH', '/webhooks/999999', { active: true })
  })
})

describe('webhooks.delete', () => {
  it('removes the webhook and its deliveries', async () => {
    const { api } = await gateway.createDevice()
    const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url })
    await api.delete(`/webhooks/${id}`)
    for (const path of [`/webhooks/${id}`, `/webhooks/${id}/logs`]) await api.refuses('webhook_not_found', 'GET', path)
    await api.refuses('webhook_not_found', 'DELETE', `/webhooks/${id}`)
    await api.refuses('invalid_request', 'DELETE', '/webhooks/abc')
  })
})

describe('webhooks.sendTest, webhooks.listLogs, webhooks.redeliver', () => {
  it('tests one endpoint, tells the outcome, and delivers it again when asked', async () => {
    const { api } = await gateway.createDevice()
    const [named, other] = [await receive(), await receive()]
    named.answer = (_request, response) => response.writeHead(200).end('thanks')
    const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url: named.url, events: ['message.read'] })
    await api.post('/webhooks', { url: other.url })
    const { event_id } = await api.post<{ event_id: string }>(`/webhooks/${id}/test`)
    const [got] = await named.waitFor(1)
    assert.deepEqual([got!.body.id, got!.body.event_type, got!.body.data.webhook_id], [event_id, 'test.ping', id])
    const logs = async (query = '') => (await api.get<{ logs: Delivery[] }>(`/webhooks/${id}/logs${query}`)).logs
    await until('the log tells the outcome', async () => (await logs())[0]?.status === 'success')
    const [log] = await logs('?status=success&limit=1')
    assert.deepEqual(
      [log?.event_id, log?.event_type, log?.attempt_count, log?.response_status, log?.response, log?.last_error],
      [event_id, 'test.ping', 1, 200, 'thanks', null],
    )
    assert.deepEqual(await logs(`?before=${log?.id}`), [])
    assert.equal((await api.get<{ next_before?: number }>(`/webhooks/${id}/logs?limit=1`)).next_before, log?.id)
    await api.post(`/webhooks/${id}/deliveries/${event_id}/redeliver`)
    const [, again] = await named.waitFor(2)
    assert.equal(again!.body.id, event_id)
    assert.equal(other.received.length, 0)
    await api.refuses('delivery_not_found', 'POST', `/webhooks/${id}/deliveries/evt_none/redeliver`)
    await api.refuses('invalid_request', 'GET', `/webhooks/${id}/logs?status=lost`)
  })

  it('tells why an endpoint could not be reached', async () => {
    const { api } = await gateway.createDevice()
    const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url })
    await api.post(`/webhooks/${id}/test`)
    await until('the log tells of a failure', async () => {
      const [log] = (await api.get<{ logs: Delivery[] }>(`/webhooks/${id}/logs`)).logs
      return log?.status === 'retrying' && log.last_error === 'connection refused'
    })
  })

  it('tests no webhook that is switched off', async () => {
    const { api } = await gateway.createDevice()
    const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url, active: false })
    await api.refuses('webhook_inactive', 'POST', `/webhooks/${id}/test`)
    await api.refuses('webhook_inactive', 'POST', `/webhooks/${id}/resume`)
    await api.refuses('webhook_inactive', 'POST', `/webhooks/${id}/dead-letters/redeliver`)
    await api.refuses('webhook_inactive', 'POST', `/webhooks/${id}/replay`, { from_seq: 1, to_seq: 2 })
  })
})

describe('webhooks.resume', () => {
  it('sends at once what waits for an endpoint that works again', async () => {
    const { api, id: device } = await gateway.createDevice()
    const receiver = await receive()
    receiver.answer = (_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end()
    const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url: receiver.url })
    await gateway.services.eventLog.append(device, [{ type: 'message.read', payload: { n: 1 } }])
    await until('the webhook is paused', async () => {
      const { webhook } = await api.get<{ webhook: { failing_since: string | null } }>(`/webhooks/${id}`)
      return webhook.failing_since !== null
    })
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await gateway.services.eventLog.append(device, [{ type: 'message.read', payload: { n: 2 } }])
    assert.equal(receiver.received.length, 1)
    await api.post(`/webhooks/${id}/resume`)
    const got = await receiver.waitFor(3)
    assert.deepEqual(
      got.map(({ body }) => body.data.n),
      [1, 1, 2],
    )
    await api.refuses('webhook_not_found', 'POST', '/webhooks/999999/resume')
  })
})

describe('webhooks.replay, webhooks.redeliverFailed, webhooks.rotateSecret', () => {
  it('delivers a range of the log again', async () => {
    const { api, id: device } = await gateway.createDevice()
    const receiver = await receive()
    const events = [1, 2, 3].map((n) => ({ type: 'message.read', payload: { n } }))
    await gateway.services.eventLog.append(device, events)
    const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url: receiver.url })
    assert.deepEqual(await api.post(`/webhooks/${id}/replay`, { from_seq: 2, to_seq: 3 }), { queued: 2 })
    const got = await receiver.waitFor(2)
    assert.deepEqual(
      got.map(({ body }) => body.seq),
      [2, 3],
    )
    await api.refuses('invalid_request', 'POST', `/webhooks/${id}/replay`, { from_seq: 2, to_seq: 1 })
    const ahead = await api.refuses('cursor_ahead', 'POST', `/webhooks/${id}/replay`, {
      from_seq: 9_000,
      to_seq: 9_001,
    })
    assert.ok(Number(ahead.body.details?.['newest_seq']) >= 3)
    await api.refuses('invalid_request', 'POST', `/webhooks/${id}/replay`, { from_seq: 1, to_seq: 10_001 })
    assert.deepEqual(await api.post(`/webhooks/${id}/dead-letters/redeliver`), { queued: 0 })
  })

  it('signs with both secrets after a rotation', async () => {
    const { api } = await gateway.createDevice()
    const receiver = await receive()
    const { webhook_id: id, secret } = await api.post<Webhook>('/webhooks', { url: receiver.url })
    const rotated = await api.post<{ secret: string }>(`/webhooks/${id}/secret`, {})
    assert.notEqual(rotated.secret, secret)
    await api.post(`/webhooks/${id}/test`)
    const [got] = await receiver.waitFor(1)
    assert.equal(String(got!.headers['webhook-signature']).split(' ').length, 2)
    const given = await api.post<{ secret: string }>(`/webhooks/${id}/secret`, { secret: 'my own second secret' })
    assert.equal(given.secret, 'my own second secret')
  })
})

describe('every route of a webhook', () => {
  it('does not know the webhook of another tenant', async () => {
    const [ours, theirs] = [await gateway.createDevice(), await gateway.createDevice()]
    const { webhook_id: id } = await theirs.api.post<Webhook>('/webhooks', { url })
    const routes = [
      ['GET', '', undefined],
      ['PATCH', '', { active: false }],
      ['DELETE', '', undefined],
      ['GET', '/logs', undefined],
      ['POST', '/test', undefined],
      ['POST', '/resume', undefined],
      ['POST', '/secret', {}],
      ['POST', '/replay', { from_seq: 1, to_seq: 1 }],
      ['POST', '/dead-letters/redeliver', undefined],
      ['POST', '/deliveries/evt_1/redeliver', undefined],
    ] as const
    for (const [method, tail, body] of routes) {
      await ours.api.refuses('webhook_not_found', method, `/webhooks/${id}${tail}`, body)
      await gateway.api.refuses('unauthorized', method, `/webhooks/${id}${tail}`, body)
    }
    const { webhook } = await theirs.api.get<{ webhook: Webhook }>(`/webhooks/${id}`)
    assert.equal(webhook.active, true)
  })
})

describe('admin.getWebhookStats', () => {
  it('counts webhooks and deliveries of everybody', async () => {
    const stats = await gateway.admin.get<Record<string, number>>('/admin/webhooks/stats')
    assert.ok(stats['total_webhooks']! > stats['active_webhooks']! && stats['active_webhooks']! > 0)
    assert.equal(
      stats['total_deliveries'],
      stats['success_deliveries']! + stats['failed_deliveries']! + stats['pending_deliveries']!,
    )
    assert.equal(stats['success_rate'], 100)
    await gateway.api.refuses('unauthorized', 'GET', '/admin/webhooks/stats')
  })
})

describe('a gateway with webhooks switched off', () => {
  it('keeps webhooks and logs events, and delivers nothing', async () => {
    const off = await startTestGateway({ environment: { WEBHOOKS_ENABLED: 'false' } })
    try {
      const { api, id: device } = await off.createDevice()
      const { webhook_id: id } = await api.post<Webhook>('/webhooks', { url })
      await off.services.eventLog.append(device, [{ type: 'message.read', payload: {} }])
      assert.deepEqual(await api.get(`/webhooks/${id}/logs`), { logs: [] })
      assert.equal((await api.get<{ events: unknown[] }>('/events')).events.length, 1)
      await api.refuses('webhook_inactive', 'POST', `/webhooks/${id}/test`)
    } finally {
      await off.stop()
    }
  })
})
