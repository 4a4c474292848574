import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'

interface Sent {
  readonly message_id: string
  readonly status: string
  readonly send_at?: string
  readonly reason?: string
}

interface Safety {
  readonly level: string
  readonly score: number
  readonly reasons: readonly { readonly reason: string; readonly weight: number; readonly count: number }[]
  readonly restrictions: readonly {
    readonly kind: string
    readonly until: string | null
    readonly source: string
    readonly ended_at: string | null
    readonly active: boolean
  }[]
  readonly paused: { readonly reason: string; readonly until: string | null } | null
  readonly held: readonly { readonly reason: string; readonly messages: number }[]
}

type Linked = TestDevice & { readonly phone: Phone }

const hourMs = 3_600_000

const ask = (device: TestDevice, to: Phone, text: string) =>
  device.api.call<Sent>('POST', `/chats/${to.id}/messages`, { text })
const say = async (device: TestDevice, to: Phone, text: string) => {
  const { status, body } = await ask(device, to, text)
  assert.ok(status < 300, JSON.stringify(body))
  return body.data
}
const safety = (device: TestDevice) => device.api.get<Safety>('/devices/me/safety')

describe('safety of a device', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
  })
  after(() => gateway.stop())

  const jidOf = (device: TestDevice) => gateway.services.sessions.account(device.id)!.jid
  const strike = (device: TestDevice, action: object) =>
    gateway.sandbox!.fault.apply({ device: jidOf(device), action } as never)
  const limit = (device: TestDevice, limits: object) => device.api.patch('/devices/me/send-limits', limits)
  const weights = async (device: TestDevice) =>
    Object.fromEntries((await safety(device)).reasons.map(({ reason, weight }) => [reason, weight]))
  /** What the gateway does every half a minute. */
  const lookAgain = () => gateway.services.governor.upkeep((_, error) => assert.ifError(error))
  const told = (device: TestDevice, type: string) =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: { data: Record<string, unknown> }[] }>(`/events?types=${type}`)
      return events.at(-1)?.data
    })
  const textsFrom = (phone: Phone, device: Linked) =>
    phone.messages(device.phone.jid).flatMap((message) => (message.fromMe ? [] : [message.text]))

  it('is good at first, but for the young link', async () => {
    const device = await gateway.linkDevice()
    const { level, reasons, restrictions, paused, held } = await safety(device)
    assert.deepEqual([level, restrictions, paused, held], ['ok', [], null, []])
    assert.deepEqual(
      reasons.map(({ reason }) => reason),
      ['new_link'],
    )
  })

  it('shows a reach-out timelock, and lets what goes to new people wait for its end', async () => {
    const device = await gateway.linkDevice()
    const [friend, stranger] = [await gateway.phone('Friend'), await gateway.phone('Stranger')]
    await say(device, friend, 'before')
    await limit(device, { wait_for_restrictions: true })
    await strike(device, { kind: 'reach-out-timelock', seconds: 3600 })
    const lock = await until('it is known', async () => (await safety(device)).restrictions[0])
    assert.deepEqual([lock.kind, lock.source, lock.active], ['reachout_timelock', 'notification', true])
    const lastsMs = Date.parse(lock.until!) - clock.now()
    assert.ok(lastsMs > 0.9 * hourMs && lastsMs <= hourMs)
    const { status, reason, send_at } = await say(device, stranger, 'waits')
    assert.deepEqual([status, reason, send_at], ['scheduled', 'restricted', lock.until])
    assert.equal((await say(device, friend, 'to a friend')).status, 'sent')
    const refused = await device.api.refuses('send_limit_reached', 'POST', '/groups', {
      name: 'New people',
      participants: [stranger.id],
    })
    assert.equal(refused.body.details?.['reason'], 'restricted')
    const changed = await told(device, 'safety.level_changed')
    // The link is young, too.
    assert.deepEqual([changed['level'], changed['previous_level']], ['danger', 'ok'])
    gateway.sandbox!.fault.clear()
    await stranger.until.message(({ text }) => text === 'waits')
    const after = await until('it is lifted', async () => {
      const now = await safety(device)
      return now.restrictions[0]?.active === false ? now : undefined
    })
    assert.ok(after.restrictions[0]?.ended_at)
    assert.equal(after.level, 'ok')
  })

  it('asks WhatsApp every hour about a timelock of which it names no end', async () => {
    const device = await gateway.linkDevice()
    const stranger = await gateway.phone('Expected')
    await limit(device, { wait_for_restrictions: true })
    const lock = (await strike(device, { kind: 'reach-out-timelock' }))!
    const { until: end, active } = await until('it is known', async () => (await safety(device)).restrictions[0])
    assert.deepEqual([end, active], [null, true])
    const { reason, send_at } = await say(device, stranger, 'waits')
    assert.equal(reason, 'restricted')
    assert.ok(Math.abs(Date.parse(send_at!) - clock.now() - hourMs) < 60_000)
    // WhatsApp still has it an hour later. Then it ends, and the device does not hear of that.
    clock.set(hourMs)
    await lookAgain()
    await until('it waits longer', async () => {
      const [waiting] = (await device.api.get<{ messages: Sent[] }>('/messages')).messages
      return Date.parse(waiting!.send_at!) > clock.now()
    })
    assert.equal((await safety(device)).level, 'danger')
    await strike(device, { kind: 'drop' })
    gateway.sandbox!.fault.cancel(lock)
    assert.equal((await safety(device)).restrictions[0]?.active, true)
    clock.set(hourMs)
    await lookAgain()
    await stranger.until.message(({ text }) => text === 'waits')
    const { level, restrictions } = await safety(device)
    assert.deepEqual([level, restrictions.length, restrictions[0]?.active], ['ok', 1, false])
    assert.ok(restrictions[0]?.ended_at)
    assert.deepEqual(textsFrom(stranger, device), ['waits'])
  })

  it('takes a timelock without an end to be over after a week in which WhatsApp could not be asked', async () => {
    const device = await gateway.linkDevice()
    await strike(device, { kind: 'reach-out-timelock' })
    await until('it is known', async () => (await safety(device)).level === 'danger')
    await strike(device, { kind: 'partition' })
    clock.set(7 * 24 * hourMs)
    await lookAgain()
    await until('it is over', async () => (await safety(device)).level === 'ok')
    assert.equal((await safety(device)).restrictions[0]?.active, false)
  })

  it('fails what WhatsApp refuses unless it is to wait, and then tries it again, once', async () => {
    const device = await gateway.linkDevice()
    const stranger = await gateway.phone('Refusing')
    // WhatsApp says nothing of a lock when it is asked.
    gateway.sandbox!.fault.next(jidOf(device), 'message', { nack: 463 })
    await device.api.refuses('message_refused', 'POST', `/chats/${stranger.id}/messages`, { text: 'fails' })
    const guess = (await safety(device)).restrictions[0]
    assert.deepEqual([guess?.source, guess?.active], ['refused_send', true])
    await limit(device, { wait_for_restrictions: true })
    assert.equal((await say(device, stranger, 'waits at once')).reason, 'restricted')
    clock.set(hourMs)
    gateway.sandbox!.fault.next(jidOf(device), 'message', { nack: 463 })
    await limit(device, {})
    await until('it was refused and waits again', async () => {
      const { restrictions, held } = await safety(device)
      return restrictions.length === 2 && restrictions[0]?.active && held[0]?.messages === 1
    })
    const [waiting] = (await device.api.get<{ messages: Sent[] }>('/messages')).messages
    assert.deepEqual([waiting?.status, waiting?.reason], ['scheduled', 'restricted'])
    clock.set(hourMs)
    await limit(device, {})
    await stranger.until.message(({ text }) => text === 'waits at once')
    assert.deepEqual(textsFrom(stranger, device), ['waits at once'])
    assert.equal((await weights(device))['refused_new_chats'], 20)
  })

  it('pauses the device when WhatsApp refuses one message after another', async () => {
    const device = await gateway.linkDevice()
    const friend = await gateway.phone('Patient')
    await say(device, friend, 'one')
    await limit(device, { auto_pause: { refusals_in_a_row: 2, resume_after_minutes: 60 } })
    for (const code of [479, 429]) {
      gateway.sandbox!.fault.next(jidOf(device), 'message', { nack: code })
      assert.ok((await ask(device, friend, 'refused')).status >= 400)
    }
    assert.equal((await told(device, 'safety.paused'))['reason'], 'refusals')
    assert.equal((await say(device, friend, 'two')).reason, 'paused')
    clock.set(hourMs)
    await limit(device, {})
    await friend.until.message(({ text }) => text === 'two')
    assert.deepEqual(textsFrom(friend, device), ['one', 'two'])
  })

  it('takes what is sent during a temporary ban when that pauses the device, and sends it after both', async () => {
    const device = await gateway.linkDevice()
    const friend = await gateway.phone('Waiting')
    await limit(device, { auto_pause: { on_temporary_ban: true } })
    await strike(device, { kind: 'temporary-ban', seconds: 5 })
    const { paused, restrictions, level } = await until('it is paused', async () => {
      const now = await safety(device)
      return now.paused && now.level === 'danger' ? now : undefined
    })
    assert.deepEqual([paused?.reason, paused?.until, level], ['temporary_ban', null, 'danger'])
    assert.deepEqual([restrictions[0]?.kind, restrictions[0]?.source], ['temporary_ban', 'login'])
    assert.ok(restrictions[0]?.until)
    assert.equal((await say(device, friend, 'after the ban')).reason, 'paused')
    await until('it is connected', async () => {
      const { connected } = await device.api.get<{ connected: boolean }>('/devices/me/status')
      return connected
    })
    await until('the ban is over', async () => (await safety(device)).restrictions[0]?.ended_at)
    assert.deepEqual((await safety(device)).held, [{ reason: 'paused', messages: 1 }])
    assert.ok((await weights(device))['earlier_temporary_ban']! > 30)
    await device.api.post('/devices/me/safety/resume')
    await friend.until.message(({ text }) => text === 'after the ban')
  })

  it('weighs new people who do not answer, and the same text to many', async () => {
    const device = await gateway.linkDevice()
    const people = await Promise.all(Array.from({ length: 24 }, (_, number) => gateway.phone(`Person ${number}`)))
    for (const phone of people) await say(device, phone, 'The same offer for everybody, only today')
    const { reasons } = await safety(device)
    const of = (name: string) => reasons.find(({ reason }) => reason === name)
    assert.deepEqual(of('unanswered_new_contacts')?.count, 24)
    assert.ok(of('same_text')!.count >= 20)
    for (const phone of people.slice(0, 20)) await phone.send(device.phone.jid, { text: 'yes' })
    await until('answers count', async () => !('unanswered_new_contacts' in (await weights(device))))
    // What was counted is there after a restart.
    await gateway.halt()
    await gateway.start()
    const again = gateway.deviceWith(device.id, device.secret, device.token)
    assert.ok('same_text' in (await weights(again)))
    await gateway.connected(again)
  })
})

describe('safety of a device from day to day', () => {
  // WhatsApp has a clock of its own: both agree until a day has passed.
  const clock = new TestClock()
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
  })
  after(() => gateway.stop())

  it('weighs a day on which much more was sent than before', async () => {
    const device = await gateway.linkDevice()
    const friend = await gateway.phone('Busy')
    for (let number = 0; number < 50; number++) await say(device, friend, `text ${number}`)
    const { reasons } = await safety(device)
    const { weight, count } = reasons.find(({ reason }) => reason === 'sudden_volume') ?? {}
    assert.deepEqual([weight, count], [15, 50])
  })

  it('weighs what did not arrive on the days before, and not what arrives after midnight', async () => {
    const device = await gateway.linkDevice()
    const [away, slow] = [await gateway.phone('Away'), await gateway.phone('Slow')]
    // No message to a person.
    const { status_id } = await device.api.post<{ status_id: string }>('/status', {
      text: 'at sea',
      recipients: [slow.id],
    })
    await until('the status came', async () => {
      const { status } = await device.api.get<{ status: string }>(`/messages/${status_id}`)
      return status === 'delivered'
    })
    for (const phone of [away, slow]) await phone.disconnect()
    for (let number = 0; number < 12; number++) {
      for (const phone of [away, slow]) await say(device, phone, `text ${number}`)
    }
    const undelivered = async () => (await safety(device)).reasons.find(({ reason }) => reason === 'undelivered')
    assert.equal(await undelivered(), undefined)
    clock.set(24 * hourMs)
    assert.equal((await undelivered())?.count, 24)
    await slow.connect()
    await until('what arrives now counts for its day', async () => (await undelivered())?.count === 12)
    assert.equal((await undelivered())?.weight, 25)
  })
})
