import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { ApiClient } from '../testing/api-client.ts'
import { GatewayProcesses } from '../testing/gateway-process.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'
import { nextTime } from './wall-clock.ts'

interface Sent {
  readonly message_id: string
  readonly status: string
  readonly send_at?: string
  readonly reason?: string
}

interface Limits {
  readonly sent_today: number | null
  readonly ceiling_today: number | null
  readonly new_contacts_today: number | null
}

interface Safety {
  readonly paused: { readonly since: string; readonly until: string | null; readonly reason: string } | null
  readonly held: readonly { readonly reason: string; readonly messages: number }[]
}

type Linked = TestDevice & { readonly phone: Phone }

const time_zone = 'Europe/Berlin'
const iso = (ms: number) => new Date(ms).toISOString()

describe('governor of a device', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  let bob: Phone

  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const goTo = (instant: number) => clock.set(instant - clock.now())
  const say = async (device: TestDevice, to: Phone, text: string, more: object = {}) => {
    const { status, body } = await device.api.call<Sent>('POST', `/chats/${to.id}/messages`, { text, ...more })
    assert.ok(status < 300, JSON.stringify(body))
    return body.data
  }
  const limit = (device: TestDevice, limits: object) => device.api.patch('/devices/me/send-limits', limits)
  const today = (device: TestDevice) => device.api.get<Limits>('/devices/me/send-limits')
  const safety = (device: TestDevice) => device.api.get<Safety>('/devices/me/safety')
  const has = (phone: Phone, text: string) => phone.until.message((message) => message.text === text)
  const textsFrom = (phone: Phone, device: Linked) =>
    phone.messages(device.phone.jid).flatMap((message) => (message.fromMe ? [] : [message.text]))
  const strangers = (many: number) =>
    Promise.all(Array.from({ length: many }, (_, number) => gateway.phone(`Stranger ${number}`)))

  describe('warm-up', () => {
    it('lets more leave on each day after the link, and any number after the last', async () => {
      goTo(nextTime('10:00', time_zone, clock.now()))
      const device = await gateway.linkDevice()
      await limit(device, { warm_up: [1, 2], time_zone })
      assert.equal((await today(device)).ceiling_today, 1)
      await say(device, bob, 'first')
      const midnight = nextTime('00:00', time_zone, clock.now())
      for (const text of ['second', 'third', 'fourth']) {
        const { status, send_at, reason } = await say(device, bob, text)
        assert.deepEqual([status, send_at, reason], ['scheduled', iso(midnight), 'warm_up'])
      }
      goTo(midnight)
      await limit(device, {})
      await has(bob, 'third')
      assert.deepEqual((await today(device)).ceiling_today, 2)
      await until('one waits', async () => (await safety(device)).held[0]?.messages === 1)
      goTo(nextTime('00:00', time_zone, clock.now()))
      await limit(device, {})
      await has(bob, 'fourth')
      assert.equal((await today(device)).ceiling_today, null)
      assert.deepEqual(textsFrom(bob, device), ['first', 'second', 'third', 'fourth'])
    })

    it('is the lower one of itself and the daily limit, by the day of the limit, also where the clock is changed', async () => {
      const year = new Date(clock.now()).getUTCFullYear() + 1
      // In Berlin summer begins on the last Sunday of March: a day of 23 hours.
      const sunday = new Date(Date.UTC(year, 2, 31))
      sunday.setUTCDate(31 - sunday.getUTCDay())
      goTo(sunday.getTime() - 12 * 3_600_000)
      const device = await gateway.linkDevice()
      await limit(device, { warm_up: [5, 6, 9, 9], daily_limit: { messages: 8, time_zone }, time_zone: 'Asia/Tokyo' })
      const ceilings: (number | null)[] = []
      for (let day = 0; day < 4; day++) {
        ceilings.push((await today(device)).ceiling_today)
        goTo(nextTime('00:00', time_zone, clock.now()))
      }
      assert.deepEqual(ceilings, [5, 6, 8, 8])
      await limit(device, { warm_up: 'careful', daily_limit: null })
      assert.equal((await today(device)).ceiling_today, 40)
      for (const wrong of [[], [0], 'fast', [1.5]]) {
        await device.api.refuses('invalid_request', 'PATCH', '/devices/me/send-limits', { warm_up: wrong })
      }
    })
  })

  describe('new contacts', () => {
    it('are so many in a day; who wrote, got something before or is saved is none', async () => {
      goTo(nextTime('10:00', time_zone, clock.now()))
      const device = await gateway.linkDevice()
      const [first, second, writer, saved] = (await strangers(4)) as [Phone, Phone, Phone, Phone]
      await writer.send(device.phone.jid, { text: 'hello' })
      await until('it came', async () => (await device.api.get<{ chats: unknown[] }>('/chats')).chats.length === 1)
      await device.api.post(`/users/${saved.id}/contact`, { full_name: 'Saved' })
      await limit(device, { daily_new_contacts: 1, time_zone })
      await say(device, first, 'hi')
      await say(device, first, 'me again')
      const { status, send_at, reason } = await say(device, second, 'waits')
      const midnight = nextTime('00:00', time_zone, clock.now())
      assert.deepEqual([status, send_at, reason], ['scheduled', iso(midnight), 'new_contacts'])
      for (const friend of [writer, saved, first]) assert.equal((await say(device, friend, 'to you')).status, 'sent')
      assert.equal((await say(device, second, 'behind it')).reason, 'new_contacts')
      assert.deepEqual((await today(device)).new_contacts_today, 1)
      await second.send(device.phone.jid, { text: 'who are you?' })
      await has(second, 'behind it')
      assert.deepEqual(textsFrom(second, device), ['waits', 'behind it'])
      assert.deepEqual((await today(device)).new_contacts_today, 1)
    })

    it('are no more than that when many are written to at once, once for a repeated key, and not for what is cancelled', async () => {
      goTo(nextTime('10:00', time_zone, clock.now()))
      const device = await gateway.linkDevice()
      await limit(device, { daily_new_contacts: 3, time_zone })
      const people = await strangers(8)
      const sendAll = () =>
        Promise.all(
          people.map((phone, number) => {
            const api = device.api.with({ 'idempotency-key': `to-${number}` })
            return say({ ...device, api }, phone, 'at once')
          }),
        )
      const answers = [...(await sendAll()), ...(await sendAll())]
      const waits = [...new Set(answers.flatMap(({ status, message_id: id }) => (status === 'scheduled' ? [id] : [])))]
      assert.equal(waits.length, 5)
      const got = () => people.filter((phone) => textsFrom(phone, device).length === 1).length
      await until('three have it', () => got() === 3)
      assert.deepEqual((await today(device)).new_contacts_today, 3)
      await device.api.post(`/messages/${waits[0]}/cancel`)
      goTo(nextTime('00:00', time_zone, clock.now()))
      await limit(device, {})
      await until('three more have it', () => got() === 6)
      assert.deepEqual((await safety(device)).held, [{ reason: 'new_contacts', messages: 1 }])
      assert.deepEqual((await today(device)).new_contacts_today, 3)
      // Somebody sets the clock back: the day before was full.
      goTo(clock.now() - 2 * 3_600_000)
      const stranger = await gateway.phone('Late')
      assert.equal((await say(device, stranger, 'again')).reason, 'new_contacts')
      assert.ok(people.every((phone) => textsFrom(phone, device).length <= 1))
    })

    it('are counted when they are added to a group, and too many are refused', async () => {
      goTo(nextTime('10:00', time_zone, clock.now()))
      const device = await gateway.linkDevice()
      const people = await strangers(3)
      await limit(device, { daily_new_contacts: 2, time_zone })
      const participants = people.map(({ id }) => id)
      const refused = await device.api.refuses('send_limit_reached', 'POST', '/groups', { name: 'All', participants })
      assert.ok(Number(refused.headers.get('retry-after')) > 3600)
      const group = await device.api.post<{ jid: string }>('/groups', {
        name: 'Two',
        participants: participants.slice(0, 2),
      })
      assert.equal((await today(device)).new_contacts_today, 2)
      const url = `/groups/${group.jid}/participants`
      await device.api.refuses('send_limit_reached', 'POST', url, { participants: participants.slice(2) })
      assert.equal((await say(device, people[0]!, 'we know each other')).status, 'sent')
    })

    it('are as new as before when the message was refused', async () => {
      goTo(nextTime('10:00', time_zone, clock.now()))
      const device = await gateway.linkDevice()
      const stranger = await gateway.phone('Refused')
      await limit(device, { daily_new_contacts: 1, time_zone })
      gateway.sandbox!.fault.next(gateway.services.sessions.account(device.id)!.jid, 'message', { nack: 479 })
      await device.api.refuses('message_refused', 'POST', `/chats/${stranger.id}/messages`, { text: 'no' })
      assert.equal((await say(device, stranger, 'tomorrow')).reason, 'new_contacts')
    })
  })

  describe('pause', () => {
    it('holds what is queued and what comes, and lets it leave in order when it ends', async () => {
      const device = await gateway.linkDevice()
      const known = await say(device, bob, 'before')
      const lane = gateway.services.sessions.lane(device.id)
      const { promise: gate, resolve: open } = Promise.withResolvers<void>()
      void lane.run(() => gate)
      const queued = await say(device, bob, 'queued', { wait: 0 })
      assert.ok(['queued', 'sending'].includes(queued.status))
      await device.api.post('/devices/me/safety/pause', {})
      open()
      const { status, send_at, reason } = await say(device, bob, 'paused')
      assert.deepEqual([status, send_at, reason], ['scheduled', undefined, 'paused'])
      const post = await device.api.call<Sent>('POST', '/status', { text: 'later', recipients: [bob.id] })
      assert.deepEqual([post.status, post.body.data.reason], [202, 'paused'])
      await device.api.refuses('device_paused', 'POST', '/groups', { name: 'Now', participants: [bob.id] })
      const reaction = { chat_jid: bob.id, emoji: '👍' }
      assert.equal((await device.api.call('POST', `/messages/${known.message_id}/reaction`, reaction)).status, 200)
      const seen = await safety(device)
      assert.deepEqual([seen.paused?.reason, seen.paused?.until], ['requested', null])
      assert.deepEqual(seen.held, [{ reason: 'paused', messages: 3 }])
      const shown = await device.api.get<{
        status: string
        reason: string
        send_at: null
        history: { state: string }[]
      }>(`/messages/${queued.message_id}`)
      assert.deepEqual([shown.status, shown.reason, shown.send_at], ['scheduled', 'paused', null])
      assert.deepEqual(await device.api.post('/devices/me/safety/resume'), { was_paused: true })
      assert.deepEqual(await device.api.post('/devices/me/safety/resume'), { was_paused: false })
      await has(bob, 'paused')
      assert.deepEqual(textsFrom(bob, device), ['before', '👍', 'queued', 'paused'])
      for (const type of ['safety.paused', 'safety.resumed']) {
        const { events } = await device.api.get<{ events: { data: { reason: string } }[] }>(`/events?types=${type}`)
        assert.deepEqual(
          events.map(({ data }) => data.reason),
          ['requested'],
        )
      }
    })

    it('ends by itself at its time, and lets quiet hours hold what it held', async () => {
      goTo(nextTime('21:00', time_zone, clock.now()))
      const device = await gateway.linkDevice()
      await limit(device, { quiet_hours: { from: '22:00', to: '07:00', time_zone } })
      const ends = nextTime('22:30', time_zone, clock.now())
      await device.api.post('/devices/me/safety/pause', { until: iso(ends) })
      assert.equal((await say(device, bob, 'in the evening')).send_at, iso(ends))
      await device.api.refuses('invalid_request', 'POST', '/devices/me/safety/pause', { until: iso(clock.now() - 1) })
      goTo(ends)
      await say(device, bob, 'in the night')
      await until('both wait for the morning', async () => {
        const { held, paused } = await safety(device)
        return paused === null && held[0]?.reason === 'quiet_hours' && held[0].messages === 2
      })
      goTo(nextTime('07:00', time_zone, clock.now()))
      await limit(device, {})
      await has(bob, 'in the night')
      assert.deepEqual(textsFrom(bob, device), ['in the evening', 'in the night'])
    })
  })

  it('waits between messages to different chats, and not within one', async () => {
    const device = await gateway.linkDevice()
    const carol = await gateway.phone('Carol')
    const wrong = { chat_gap: { min_seconds: 2, max_seconds: 1 } }
    await device.api.refuses('invalid_request', 'PATCH', '/devices/me/send-limits', wrong)
    await limit(device, { chat_gap: { min_seconds: 60, max_seconds: 60 } })
    for (const text of ['one', 'two']) assert.equal((await say(device, bob, text)).status, 'sent')
    const [other, again] = [await say(device, carol, 'three', { wait: 0 }), await say(device, bob, 'four', { wait: 0 })]
    assert.deepEqual([other.status, again.status], ['queued', 'queued'])
    await say(device, carol, 'five', { wait: 1 })
    assert.deepEqual(textsFrom(carol, device), [])
    // What waits for the pause may be cancelled, and a pause of the device holds it.
    await device.api.post(`/messages/${other.message_id}/cancel`)
    await device.api.post('/devices/me/safety/pause', {})
    await until('both are held', async () => (await safety(device)).held[0]?.messages === 2)
    await limit(device, { chat_gap: null })
    await device.api.post('/devices/me/safety/resume')
    await has(carol, 'five')
    assert.deepEqual(textsFrom(bob, device), ['one', 'two', 'four'])
    assert.deepEqual(textsFrom(carol, device), ['five'])
  })
})

describe('governor in a process that is killed', () => {
  const processes = new GatewayProcesses()
  let sandbox: Sandbox
  before(async () => {
    sandbox = await Sandbox.start({ seed: 40, control: true })
  })
  after(async () => {
    await processes.end()
    await sandbox.stop()
  })

  it('keeps what is paused and what was counted: nothing is lost, and nothing leaves twice', async () => {
    const environment = { SWITCHBOARD_SANDBOX_URL: sandbox.origin, WHATSAPP_AUTO_PRESENCE_ENABLED: 'false' }
    const names = ['Ana', 'Bob', 'Carol', 'Dora']
    const [ana, bob, carol, dora] = (await Promise.all(names.map((name) => sandbox.phone({ name })))) as Phone[]
    const first = processes.run(environment)
    const url = await first.listening()
    const secret = readFileSync(path.join(first.cwd, 'data/secrets/admin-secret'), 'utf8').trim()
    const admin = new ApiClient(url, { 'x-admin-secret': secret })
    const { api_key } = await admin.post<{ api_key: string }>('/admin/api-keys', { customer_name: 'T', max_devices: 1 })
    const owner = new ApiClient(url, { 'x-api-key': api_key })
    const { token } = await owner.post<{ token: string }>('/devices', { device_name: 'Test' })
    const headers = { authorization: `Bearer ${token}` }
    const api = new ApiClient(url, headers)
    const connected = (client: ApiClient) =>
      until('it is connected', async () => (await client.get<{ connected: boolean }>('/devices/me/status')).connected)
    await ana!.scan((await api.post<{ qr_text: string }>('/devices/me/login?output=json')).qr_text)
    await connected(api)
    await api.patch('/devices/me/send-limits', { daily_new_contacts: 2, warm_up: [50] })
    const say = (client: ApiClient, to: Phone, text: string) =>
      client.post<Sent>(`/chats/${to.id}/messages`, { text, wait: 0 })
    await say(api, bob!, 'one')
    await bob!.until.message(({ text }) => text === 'one')
    await api.post('/devices/me/safety/pause', {})
    await Promise.all([1, 2, 3].map((number) => say(api, carol!, `held ${number}`)))
    first.child.kill('SIGKILL')
    await first.ended

    const second = processes.run(environment, first.cwd)
    const again = new ApiClient(await second.listening(), headers)
    await connected(again)
    const { paused, held } = await again.get<Safety>('/devices/me/safety')
    assert.deepEqual([paused?.reason, held], ['requested', [{ reason: 'paused', messages: 3 }]])
    await again.post('/devices/me/safety/resume')
    // In the middle of what leaves.
    second.child.kill('SIGKILL')
    await second.ended

    const third = processes.run(environment, first.cwd)
    const last = new ApiClient(await third.listening(), headers)
    await connected(last)
    await until('all have left', () => carol!.messages().length === 3)
    assert.equal((await say(last, dora!, 'a third one')).reason, 'new_contacts')
    const { sent_today, new_contacts_today } = await last.get<Limits>('/devices/me/send-limits')
    assert.deepEqual([sent_today, new_contacts_today], [4, 2])
    assert.deepEqual(
      carol!
        .messages()
        .map(({ text }) => text)
        .sort(),
      ['held 1', 'held 2', 'held 3'],
    )
  })
})
