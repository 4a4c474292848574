import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { nextTime, quietUntil } from '../limits/wall-clock.ts'
import { ApiClient } from '../testing/api-client.ts'
import { GatewayProcesses } from '../testing/gateway-process.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'

interface Sent {
  readonly message_id: string
  readonly status: string
  readonly send_at?: string
  readonly reason?: string
}

interface Waiting {
  readonly messages: readonly { message_id: string; status: string; text: string; send_at: string; reason: string }[]
}

interface Limits {
  readonly quiet_hours: object | null
  readonly daily_limit: object | null
  readonly sent_today: number | null
}

const zone = 'Europe/Berlin'
const night = { from: '22:00', to: '07:00', zone }
const quiet_hours = { from: night.from, to: night.to, time_zone: zone }
const hourMs = 3_600_000
/** A zone in which the day is far from its end. */
const noonZone = () => {
  const west = new Date().getUTCHours() - 12
  return `Etc/GMT${west < 0 ? '' : '+'}${west}`
}
const iso = (ms: number) => new Date(ms).toISOString()

describe('limits of a device', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  let bob: Phone

  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const goTo = (instant: number) => clock.set(instant - clock.now())
  const say = (device: TestDevice, text: string, more: object = {}) =>
    device.api.call<Sent>('POST', `/chats/${bob.id}/messages`, { text, ...more })
  const waiting = async (device: TestDevice, query = '') =>
    (await device.api.get<Waiting>(`/messages${query}`)).messages
  const limit = (device: TestDevice, limits: object) => device.api.patch('/devices/me/send-limits', limits)
  const limitsOf = async (device: TestDevice): Promise<Limits> => {
    const { quiet_hours, daily_limit, sent_today } = await device.api.get<Limits>('/devices/me/send-limits')
    return { quiet_hours, daily_limit, sent_today }
  }
  const textsFrom = (device: { phone: Phone }) =>
    bob.messages(device.phone.jid).flatMap((message) => (message.fromMe ? [] : [message.text]))
  const has = (text: string) => bob.until.message((message) => message.text === text)

  it('are none at first, and are changed one by one', async () => {
    const device = await gateway.linkDevice()
    assert.deepEqual(await limitsOf(device), { quiet_hours: null, daily_limit: null, sent_today: null })
    await limit(device, { quiet_hours })
    const daily_limit = { messages: 5, time_zone: 'America/Sao_Paulo' }
    await limit(device, { daily_limit })
    assert.deepEqual(await limitsOf(device), { quiet_hours, daily_limit, sent_today: 0 })
    await limit(device, { quiet_hours: null })
    assert.deepEqual(await limitsOf(device), { quiet_hours: null, daily_limit, sent_today: 0 })
    for (const wrong of [
      { quiet_hours: { ...quiet_hours, to: '22:00' } },
      { quiet_hours: { ...quiet_hours, from: '24:00' } },
      { quiet_hours: { ...quiet_hours, time_zone: 'Europe/Nowhere' } },
      { daily_limit: { ...daily_limit, time_zone: '+02:00' } },
      { daily_limit: { ...daily_limit, messages: 0 } },
    ]) {
      await device.api.refuses('invalid_request', 'PATCH', '/devices/me/send-limits', wrong)
    }
  })

  it('are all in force when they are changed at the same instant', async () => {
    const device = await gateway.linkDevice()
    const daily_limit = { messages: 5, time_zone: 'America/Sao_Paulo' }
    await Promise.all([limit(device, { quiet_hours }), limit(device, { daily_limit })])
    assert.deepEqual(await limitsOf(device), { quiet_hours, daily_limit, sent_today: 0 })
  })

  it('count what left on that day before they were set', async () => {
    const device = await gateway.linkDevice()
    assert.equal((await say(device, 'before')).status, 200)
    const daily_limit = { messages: 1, time_zone: noonZone() }
    await limit(device, { daily_limit })
    assert.equal((await say(device, 'after')).body.data.reason, 'daily_limit')
    await limit(device, { daily_limit: null })
    await has('after')
    await until('both have left', async () => (await waiting(device)).length === 0)
    await limit(device, { daily_limit })
    assert.equal((await limitsOf(device)).sent_today, 2)
  })

  it('keep no reaction, edit, deletion, vote, status or automatic answer waiting', async () => {
    const device = await gateway.linkDevice()
    const { message_id: id } = (await say(device, 'to be changed')).body.data
    const question = { question: 'Soup?', options: ['Yes', 'No'] }
    const poll = await device.api.post<Sent>(`/chats/${bob.id}/polls`, question)
    await bob.until.message((message) => message.id === poll.message_id)
    const time_zone = noonZone()
    await limit(device, {
      quiet_hours: { from: '11:00', to: '14:00', time_zone },
      daily_limit: { messages: 1, time_zone },
    })
    assert.equal((await say(device, 'waits')).body.data.reason, 'quiet_hours')
    const chat_jid = bob.id
    for (const [method, url, body] of [
      ['POST', `/messages/${id}/reaction`, { chat_jid, emoji: '👍' }],
      ['PATCH', `/messages/${id}`, { chat_jid, text: 'changed' }],
      ['POST', `/polls/${poll.message_id}/vote`, { chat_jid, options: ['Yes'] }],
      ['POST', '/status', { text: 'good night', recipients: [bob.id] }],
      ['DELETE', `/messages/${id}`, { chat_jid }],
    ] as const) {
      const { status, body: answer } = await device.api.call<Sent>(method, url, body)
      assert.equal(status, 200, `${method} ${url}: ${JSON.stringify(answer)}`)
    }
    const caller = await gateway.phone('Caller')
    await device.api.patch('/calls/settings', { auto_reject: true, reject_text: 'We cannot take calls now.' })
    await caller.calls.offer(device.phone.jid)
    await caller.until.message(({ text }) => text === 'We cannot take calls now.')
    assert.deepEqual(
      (await waiting(device, '?state=scheduled')).map(({ text }) => text),
      ['waits'],
    )
    assert.equal((await limitsOf(device)).sent_today, 2)
  })

  it('let what is sent in quiet hours wait for their end, in its order, and say so', async () => {
    const device = await gateway.linkDevice()
    await limit(device, { quiet_hours })
    goTo(nextTime('23:30', zone, clock.now()))
    const ends = quietUntil(night, clock.now())!
    const texts = ['first', 'second', 'third']
    const sent: Sent[] = []
    for (const text of texts) {
      const { status, body } = await say(device, text)
      const { data } = body
      assert.deepEqual([status, data.status, data.send_at, data.reason], [202, 'scheduled', iso(ends), 'quiet_hours'])
      sent.push(data)
    }
    const queue = await waiting(device, '?state=scheduled')
    const [shown] = queue.map(({ status, send_at, reason }) => [status, send_at, reason])
    assert.equal(queue.length, 3)
    assert.deepEqual(shown, ['scheduled', iso(ends), 'quiet_hours'])
    await device.api.post(`/messages/${sent[1]!.message_id}/cancel`)
    goTo(ends)
    await say(device, 'in the morning')
    await has('in the morning')
    assert.deepEqual(textsFrom(device), ['first', 'third', 'in the morning'])
    await until('nothing waits', async () => (await waiting(device)).length === 0)
    const { status } = await device.api.get<{ status: string }>(`/messages/${sent[0]!.message_id}`)
    assert.ok(['sent', 'delivered'].includes(status), status)
  })

  it('let what is over the daily limit leave on the next day, as many as then may, in its order', async () => {
    const device = await gateway.linkDevice()
    goTo(nextTime('10:00', zone, clock.now()))
    await limit(device, { daily_limit: { messages: 2, time_zone: zone } })
    assert.equal((await say(device, 'one')).status, 200)
    assert.equal((await say(device, 'two')).status, 200)
    const midnight = nextTime('00:00', zone, clock.now())
    for (const text of ['three', 'four', 'five']) {
      const { data } = (await say(device, text)).body
      assert.deepEqual([data.status, data.send_at, data.reason], ['scheduled', iso(midnight), 'daily_limit'])
    }
    goTo(midnight)
    const second = nextTime('00:00', zone, clock.now())
    const last = (await say(device, 'six')).body.data
    assert.deepEqual([last.status, last.reason], ['scheduled', 'daily_limit'])
    await has('four')
    await until('the others wait for another day', async () => {
      const left = await waiting(device)
      return left.length === 2 && left.every(({ send_at }) => send_at === iso(second))
    })
    assert.deepEqual(textsFrom(device), ['one', 'two', 'three', 'four'])
    assert.equal((await limitsOf(device)).sent_today, 2)
    await limit(device, { daily_limit: { messages: 3, time_zone: zone } })
    await has('five')
    await limit(device, { daily_limit: null })
    await has('six')
    assert.deepEqual(textsFrom(device), ['one', 'two', 'three', 'four', 'five', 'six'])
  })

  it('hold files and what goes to groups, and let them leave whole', async () => {
    const device = await gateway.linkDevice()
    const group = await device.phone.groups.create({ subject: 'Team', participants: [bob.id] })
    await limit(device, { quiet_hours })
    goTo(nextTime('23:00', zone, clock.now()))
    const base64 = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64')
    const file = { base64, filename: 'plan.pdf', caption: 'The plan' }
    const sent = [
      await device.api.call<Sent>('POST', `/chats/${group.jid}/documents`, file),
      await device.api.call<Sent>('POST', `/chats/${group.jid}/messages`, { text: 'what do you think?' }),
    ]
    assert.deepEqual(
      sent.map(({ body }) => body.data.reason),
      ['quiet_hours', 'quiet_hours'],
    )
    await limit(device, { quiet_hours: null })
    const plan = await bob.until.message((message) => message.text === 'The plan')
    await has('what do you think?')
    assert.equal(plan.kind, 'document')
    await until('the file is there', () => bob.messages(group.jid).find(({ id }) => id === plan.id)?.media === 'here')
  })

  it('are asked again when a named time comes, and give way to one that a person names', async () => {
    const device = await gateway.linkDevice()
    await limit(device, { quiet_hours })
    goTo(nextTime('21:00', zone, clock.now()))
    const at = nextTime('23:00', zone, clock.now())
    const named = (await say(device, 'for the night', { send_at: iso(at) })).body.data
    assert.deepEqual([named.send_at, named.reason], [iso(at), undefined])
    goTo(at)
    const behind = (await say(device, 'behind it')).body.data
    const ends = quietUntil(night, at)!
    await until('it waits for the morning', async () => {
      const [first] = await waiting(device)
      return first?.message_id === named.message_id && first.send_at === iso(ends) && first.reason === 'quiet_hours'
    })
    await device.api.patch(`/messages/${behind.message_id}/schedule`, { send_at: iso(ends + 2 * hourMs) })
    const [, last] = await waiting(device)
    assert.deepEqual([last?.send_at, last?.reason], [iso(ends + 2 * hourMs), null])
    goTo(ends)
    await say(device, 'hello')
    await has('hello')
    assert.deepEqual(textsFrom(device), ['for the night', 'hello'])
  })

  it('hold what was queued before the quiet hours and finds a connection in them', async () => {
    const device = await gateway.linkDevice()
    await limit(device, { quiet_hours })
    goTo(nextTime('21:00', zone, clock.now()))
    await device.api.post('/devices/me/reconnect')
    gateway.services.sessions.lane(device.id).run(async () => goTo(nextTime('22:00', zone, clock.now())))
    const answer = await say(device, 'just late')
    assert.deepEqual(
      [answer.status, answer.body.data.status, answer.body.data.reason],
      [202, 'scheduled', 'quiet_hours'],
    )
    goTo(nextTime('07:00', zone, clock.now()))
    await limit(device, {})
    await has('just late')
  })

  it('end by the new time in the night in which the clock is put forward', async () => {
    const device = await gateway.linkDevice()
    await limit(device, { quiet_hours })
    const year = new Date(clock.now()).getUTCFullYear() + 1
    // In Berlin summer begins on the last Sunday of March, at one o'clock UTC.
    const sunday = new Date(Date.UTC(year, 2, 31))
    sunday.setUTCDate(31 - sunday.getUTCDay())
    goTo(sunday.getTime() - hourMs)
    const { data } = (await say(device, 'in a short night')).body
    const ends = sunday.getTime() + 5 * hourMs
    assert.deepEqual([data.send_at, data.reason], [iso(ends), 'quiet_hours'])
    goTo(ends - 1)
    assert.equal((await say(device, 'too early')).body.data.send_at, iso(ends))
    goTo(ends)
    await say(device, 'good morning')
    await has('good morning')
    assert.deepEqual(textsFrom(device), ['in a short night', 'too early', 'good morning'])
  })

  it('say the same again under the same key, and send once', async () => {
    const device = await gateway.linkDevice()
    await limit(device, { quiet_hours })
    goTo(nextTime('23:00', zone, clock.now()))
    const keyed = device.api.with({ 'idempotency-key': 'at-night' })
    const request = () => keyed.call<Sent>('POST', `/chats/${bob.id}/messages`, { text: 'keyed' })
    const [one, other] = [await request(), await request()]
    assert.deepEqual(one.body.data, other.body.data)
    await limit(device, { quiet_hours: null })
    await has('keyed')
    assert.deepEqual(textsFrom(device), ['keyed'])
  })
})

describe('limits of a device in a process that is killed', () => {
  const processes = new GatewayProcesses()
  let sandbox: Sandbox
  before(async () => {
    sandbox = await Sandbox.start({ seed: 21, control: true })
  })
  after(async () => {
    await processes.end()
    await sandbox.stop()
  })

  it('are kept: what they hold leaves once, in its order, when it may', async () => {
    const environment = { SWITCHBOARD_SANDBOX_URL: sandbox.origin, WHATSAPP_AUTO_PRESENCE_ENABLED: 'false' }
    const [ana, bob] = [await sandbox.phone({ name: 'Ana' }), await sandbox.phone({ name: 'Bob' })]
    const first = processes.run(environment)
    const url = await first.listening()
    const secret = readFileSync(path.join(first.cwd, 'data/secrets/admin-secret'), 'utf8').trim()
    const key = { customer_name: 'Test', max_devices: 1 }
    const { api_key } = await new ApiClient(url, { 'x-admin-secret': secret }).post<{ api_key: string }>(
      '/admin/api-keys',
      key,
    )
    const created = await new ApiClient(url, { 'x-api-key': api_key }).post<{ token: string }>('/devices', {
      device_name: 'Test',
    })
    const headers = { authorization: `Bearer ${created.token}` }
    const api = new ApiClient(url, headers)
    const isConnected = async (client: ApiClient) =>
      (await client.get<{ connected: boolean }>('/devices/me/status')).connected
    await ana.scan((await api.post<{ qr_text: string }>('/devices/me/login?output=json')).qr_text)
    await until('it is linked', () => isConnected(api))
    await api.patch('/devices/me/send-limits', { daily_limit: { messages: 2, time_zone: noonZone() } })
    const texts = ['one', 'two', 'three', 'four']
    for (const text of texts) await api.post(`/chats/${bob.id}/messages`, { text })
    await bob.until.message(({ text }) => text === 'two')
    first.child.kill('SIGKILL')
    await first.ended

    const second = processes.run(environment, first.cwd)
    const again = new ApiClient(await second.listening(), headers)
    await until('it is connected', () => isConnected(again))
    await again.post(`/chats/${bob.id}/messages`, { text: 'five' })
    const { messages } = await again.get<Waiting>('/messages')
    const waits = messages.map(({ text, reason }) => [text, reason])
    assert.deepEqual(
      waits.sort(),
      ['five', 'four', 'three'].map((text) => [text, 'daily_limit']),
    )
    assert.deepEqual((await again.get<Limits>('/devices/me/send-limits')).sent_today, 2)
    await again.patch('/devices/me/send-limits', { daily_limit: null })
    await bob.until.message(({ text }) => text === 'three')
    second.child.kill('SIGKILL')
    await second.ended

    const third = processes.run(environment, first.cwd)
    await third.listening()
    await bob.until.message(({ text }) => text === 'five')
    assert.deepEqual(
      bob.messages().map(({ text }) => text),
      [...texts, 'five'],
    )
  })
})
