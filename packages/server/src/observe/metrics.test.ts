import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'
import { createMetrics } from './metrics.ts'

/** `name{label="value"}` → value */
const samplesOf = (text: string): Map<string, number> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, series, value] = /^([^#\s]\S*(?:\{.*\})?) (\S+)$/.exec(line) ?? []
      return series ? [[series, Number(value)] as const] : []
    }),
  )

describe('metrics', () => {
  let gateway: TestGateway
  let receiver: WebhookReceiver
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WEBHOOK_RETRY_LIMIT: '1' } })
    receiver = await WebhookReceiver.start()
  })
  after(async () => {
    await gateway.stop()
    await receiver.stop()
  })

  const scrape = async () => {
    const text = (await gateway.admin.call('GET', '/metrics')).text
    return { text, samples: samplesOf(text) }
  }

  it('follow a link, a send, an answer, a webhook that refuses, and a logout', async () => {
    receiver.answer = ({ body }) => (body.event_type === 'test.ping' ? 400 : 204)
    const { api, phone } = await gateway.linkDevice()
    const friend = await gateway.phone('Friend')
    const { webhook_id } = await api.post<{ webhook_id: number }>('/webhooks', { url: receiver.url })
    await api.post(`/chats/${friend.id}/messages`, { text: 'hello' })
    await friend.send(phone.jid, { text: 'hello yourself' })
    await receiver.until(({ body }) => body.event_type === 'message.received')
    await api.post(`/webhooks/${webhook_id}/test`)
    const expected = {
      'switchboard_sessions{state="open"}': 1,
      'switchboard_sessions{state="banned"}': 0,
      'switchboard_sends_total{outcome="sent"}': 1,
      'switchboard_sends_total{outcome="failed"}': 0,
      switchboard_send_ack_seconds_count: 1,
      'switchboard_events_total{type="message.received"}': 1,
      switchboard_decrypt_failures_total: 0,
      'switchboard_reconnects_total{reason="restart_required"}': 1,
      switchboard_outbox_messages: 0,
      switchboard_outbox_oldest_age_seconds: 0,
      'switchboard_webhook_attempts_total{outcome="refused"}': 1,
      switchboard_webhook_dead_letters_total: 1,
      switchboard_webhook_kept_dead_letters: 1,
      switchboard_webhook_pending_deliveries: 0,
      'switchboard_webhooks{state="failing"}': 1,
      switchboard_database_up: 1,
    }
    await until('the numbers are there', async () => {
      const { samples } = await scrape()
      return Object.entries(expected).every(([series, value]) => samples.get(series) === value)
    }).catch(async () => {
      const { samples } = await scrape()
      assert.deepEqual(
        Object.fromEntries(Object.keys(expected).map((series) => [series, samples.get(series)])),
        expected,
      )
    })
    const { samples } = await scrape()
    assert.ok(samples.get('switchboard_webhook_lag_seconds_count')! >= 1)
    assert.ok(samples.get('switchboard_database_commit_seconds_count')! > 10)
    assert.ok(samples.get('switchboard_connect_duration_seconds_count')! >= 1)
    await api.delete('/devices/me/session')
    const ended = await scrape()
    const series = 'switchboard_connection_ends_total{state="logged_out",reason="logged_out"}'
    assert.equal(ended.samples.get(series), 1)
  })

  it('count each event that is in the log once, also where a receipt and the end of its send were planned together', async () => {
    const { api } = await gateway.linkDevice()
    const friend = await gateway.sandbox!.phone({ name: 'Friend who reads', persona: 'reads' })
    const before = (await scrape()).samples
    const sends = Array.from({ length: 12 }, (_, n) => api.post(`/chats/${friend.id}/messages`, { text: `text ${n}` }))
    await Promise.all(sends)
    const logged = async (type: string): Promise<number> => {
      const { events } = await api.get<{ events: unknown[] }>(`/events?after=0&limit=1000&types=${type}`)
      return events.length
    }
    for (const type of ['message.sent', 'message.delivered', 'message.read']) {
      await until(`all are told as ${type}`, async () => (await logged(type)) === sends.length)
      const series = `switchboard_events_total{type="${type}"}`
      assert.equal((await scrape()).samples.get(series)! - (before.get(series) ?? 0), sends.length, series)
    }
  })

  it('carry their unit in their name, and _total exactly when they only grow', async () => {
    const { text } = await scrape()
    const kinds = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name!, kind!] as const)
    assert.ok(kinds.length > 25)
    for (const [name, kind] of kinds) {
      assert.equal(name.endsWith('_total'), kind === 'counter', name)
      if (kind === 'histogram') assert.match(name, /_seconds$/)
      if (/_(age|delay|duration|lag|time|memory|heap)(_|$)/.test(name)) assert.match(name, /_(seconds|bytes)(_total)?$/)
    }
  })

  it('tell that the event loop was late', async () => {
    const late = async () => {
      const { samples } = await scrape()
      const name = 'switchboard_event_loop_delay_seconds'
      return samples.get(`${name}_count`)! - samples.get(`${name}_bucket{le="0.25"}`)!
    }
    const before = await late()
    for (const end = performance.now() + 1_000; performance.now() < end; );
    await until('a look that was late', async () => (await late()) > before)
    assert.ok((await scrape()).samples.get('switchboard_event_loop_busy_ratio')! <= 1)
  })

  it('tell which version runs, and what the process takes', async () => {
    const { samples, text } = await scrape()
    assert.match(text, /switchboard_build_info\{version="\d+\.\d+\.\d+",database="sqlite",node="v\d+/)
    assert.ok(samples.get('process_resident_memory_bytes')! > 1e6)
    assert.ok(samples.get('process_cpu_seconds_total')! > 0)
  })
})

describe('metrics of a gateway when its database does not answer', () => {
  it('say so, and tell nothing of what waits rather than something old', async () => {
    const metrics = createMetrics({ version: '0.0.0', database: 'sqlite' })
    let answers = true
    metrics.askFrom({
      sessions: () => ({}),
      threads: () => undefined,
      safety: () => ({ watch: 0, danger: 1, paused: 1 }),
      now: () => 2_000,
      backlog: async () => {
        if (!answers) throw new Error('away')
        const waiting = { count: 3, oldestAt: 500 }
        return { outbox: waiting, deliveries: waiting, deadLetters: 0, webhooks: { working: 1, failing: 0, off: 0 } }
      },
    })
    const before = samplesOf(await metrics.render())
    assert.deepEqual(
      [before.get('switchboard_database_up'), before.get('switchboard_outbox_oldest_age_seconds')],
      [1, 1.5],
    )
    answers = false
    const after = samplesOf(await metrics.render())
    assert.equal(after.get('switchboard_database_up'), 0)
    for (const name of ['switchboard_outbox_messages', 'switchboard_webhooks{state="working"}'])
      assert.ok(!after.has(name), name)
    metrics.stop()
  })
})
