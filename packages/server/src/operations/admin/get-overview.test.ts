import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'
import { WebhookReceiver } from '../../testing/webhook-receiver.ts'

interface Attention {
  readonly kind: string
  readonly text: string
  readonly since: string | null
  readonly until: string | null
  readonly next_action: { readonly code: string }
  readonly device_id?: string
  readonly webhook_id?: number
  readonly webhook_host?: string
  readonly api_key_id?: number
}

interface Overview {
  readonly devices: Record<'total' | 'active' | 'disconnected' | 'logged_out' | 'pending', number> & {
    readonly states: Record<string, number>
  }
  readonly messages: readonly { minutes: number; received: number; sent: number; failed: number }[]
  readonly sends: { readonly count: number; readonly oldest_at: string | null }
  readonly webhooks: {
    readonly working: number
    readonly failing: number
    readonly dead_letters: number
    readonly pending: { readonly count: number; readonly oldest_at: string | null }
    readonly lag: { readonly count: number; readonly p95_seconds: number | null }
    readonly latency: { readonly count: number }
  }
  readonly attention: readonly Attention[]
}

interface Stats {
  readonly attempts: number
  readonly delivered: number
  readonly failed: number
  readonly success_rate: number | null
  readonly latency: {
    readonly count: number
    readonly steps: readonly { up_to_seconds: number | null; count: number }[]
  }
  readonly lag: { readonly count: number; readonly p50_seconds: number | null }
}

describe('GET /admin/overview, GET /overview and GET /webhooks/{webhook_id}/stats', () => {
  let gateway: TestGateway
  let receiver: WebhookReceiver
  let key: Awaited<ReturnType<TestGateway['createKey']>>
  let other: Awaited<ReturnType<TestGateway['createKey']>>

  before(async () => {
    receiver = await WebhookReceiver.start()
    gateway = await startTestGateway({ sandbox: true })
    key = await gateway.createKey({ customer_name: 'Acme' })
    other = await gateway.createKey()
  })
  after(async () => {
    await gateway.stop()
    await receiver.stop()
  })

  const everything = () => gateway.admin.get<Overview>('/admin/overview')
  const ofKey = () => key.api.get<Overview>('/overview')
  const kinds = ({ attention }: Overview, device: string) =>
    attention.filter((each) => each.device_id === device).map((each) => each.kind)

  it('count messages both ways and the deliveries of them', async () => {
    const device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    const { webhook_id: id } = await device.api.post<{ webhook_id: number }>('/webhooks', { url: receiver.url })
    const bob = await gateway.phone('Bob')
    await device.api.post(`/chats/${bob.id}/messages`, { text: 'hello' })
    await bob.send(device.phone.id, { text: 'hi' })
    await receiver.until(({ body }) => body.event_type === 'message.received')
    for (const read of [everything, ofKey]) {
      const seen = await until('both are counted', async () => {
        const overview = await read()
        const [minute] = overview.messages
        return minute!.received >= 1 && minute!.sent >= 1 && overview.webhooks.lag.count >= 1 && overview
      })
      assert.deepEqual(
        seen.messages.map(({ minutes }) => minutes),
        [1, 5, 60],
      )
      assert.deepEqual([seen.devices.total, seen.devices.active, seen.devices.states['open']], [1, 1, 1])
      assert.deepEqual([seen.webhooks.working, seen.webhooks.failing], [1, 0])
      assert.ok(seen.webhooks.lag.p95_seconds! > 0)
      assert.deepEqual(seen.attention, [])
    }
    const stats = await device.api.get<Stats>(`/webhooks/${id}/stats`)
    assert.ok(stats.delivered > 0)
    assert.deepEqual([stats.failed, stats.success_rate, stats.attempts], [0, 1, stats.delivered])
    assert.equal(
      stats.latency.steps.reduce((sum, { count }) => sum + count, 0),
      stats.attempts,
    )
    assert.equal(stats.latency.steps.at(-1)!.up_to_seconds, null)
    assert.ok(stats.lag.p50_seconds! >= 0)
    await device.api.refuses('webhook_not_found', 'GET', '/webhooks/999999/stats')
    const stranger = await gateway.createDevice(other.key)
    await stranger.api.refuses('webhook_not_found', 'GET', `/webhooks/${id}/stats`)
    await gateway.admin.delete(`/admin/devices/${stranger.id}`)
  })

  it('show a customer nothing of another', async () => {
    const seen = await other.api.get<Overview>('/overview')
    assert.deepEqual([seen.devices.total, seen.devices.states, seen.attention], [0, {}, []])
    assert.deepEqual(seen.messages[2], { minutes: 60, received: 0, sent: 0, failed: 0 })
    assert.deepEqual([seen.webhooks.working, seen.webhooks.latency.count], [0, 0])
  })

  it('list devices that need a person: never linked, banned, logged out', async () => {
    const pending = await gateway.createDevice(key.key)
    const banned = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    const gone = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    gateway.sandbox!.disconnect(gateway.services.sessions.account(banned.id)!.jid, 402)
    gone.phone.unlink(1)
    const seen = await until('all are listed', async () => {
      const overview = await ofKey()
      const ban = overview.attention.find(({ kind }) => kind === 'banned')
      return kinds(overview, gone.id).includes('logged_out') && ban !== undefined && ban.until !== null && overview
    })
    assert.deepEqual(kinds(seen, pending.id), ['needs_pairing'])
    assert.deepEqual(kinds(seen, banned.id), ['banned'])
    assert.deepEqual(kinds(seen, gone.id), ['logged_out'])
    const [ban] = seen.attention.filter(({ kind }) => kind === 'banned')
    assert.ok(Date.parse(ban!.until!) > Date.now() && Date.parse(ban!.since!) <= Date.now())
    assert.match(ban!.text, /banned this account/)
    assert.equal(ban!.api_key_id, key.id)
    assert.deepEqual((await everything()).attention, seen.attention)
    assert.deepEqual((await other.api.get<Overview>('/overview')).attention, [])
  })

  it('list webhooks that fail, by their host alone', async () => {
    const device = await gateway.createDevice(other.key)
    receiver.answer = () => 503
    const { webhook_id: failing } = await device.api.post<{ webhook_id: number }>('/webhooks', { url: receiver.url })
    await gateway.services.eventLog.append(device.id, [{ type: 'message.read', payload: {} }])
    const seen = await until('it is listed', async () => {
      const overview = await other.api.get<Overview>('/overview')
      return overview.attention.some(({ kind }) => kind === 'webhook_failing') && overview
    })
    const [entry] = seen.attention.filter(({ kind }) => kind === 'webhook_failing')
    assert.deepEqual([entry!.webhook_id, entry!.webhook_host], [failing, new URL(receiver.url).host])
    assert.doesNotMatch(JSON.stringify(entry), /hook"/)
    assert.deepEqual([seen.webhooks.failing, seen.webhooks.pending.count], [1, 1])
    assert.ok(seen.webhooks.pending.oldest_at)
    assert.ok((await device.api.get<Stats>(`/webhooks/${failing}/stats`)).failed >= 1)
  })

  it('say when WhatsApp refuses messages to somebody new', async () => {
    const device = await gateway.linkDevice(undefined, await gateway.createDevice(other.key))
    const stranger = await gateway.phone('Stranger')
    const { jid } = gateway.services.sessions.account(device.id)!
    await gateway.sandbox!.fault.apply({ device: jid, action: { kind: 'reach-out-timelock', seconds: 3600 } })
    await device.api.refuses('message_refused', 'POST', `/chats/${stranger.id}/messages`, { text: 'hi' })
    const seen = await other.api.get<Overview>('/overview')
    assert.deepEqual(kinds(seen, device.id), ['new_chats_refused'])
    assert.ok(!(await ofKey()).attention.some(({ kind }) => kind === 'new_chats_refused'))
  })
})
