import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { unlimited } from '../storage/testing/sample-rows.ts'
import type { ApiClient } from '../testing/api-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'

interface Sent {
  readonly message_id: string
  readonly status: string
  readonly timestamp: string
  readonly created_at: string
  readonly sent_at: string | null
}

interface Status {
  readonly connected: boolean
  readonly is_logged_in: boolean
  readonly state: string
  readonly next_action: { readonly code: string }
}

const textsOf = (phone: Phone) => phone.messages().map(({ text }) => text)

describe('sends while a linked device is not connected', () => {
  let gateway: TestGateway
  const clock = new TestClock()
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
  })
  after(() => gateway.stop())

  const faults = () => gateway.sandbox!.fault
  const apiOf = ({ id, secret, token }: TestDevice): ApiClient => gateway.deviceWith(id, secret, token).api
  const jidOf = ({ id }: TestDevice): string => gateway.services.sessions.account(id)!.jid

  /** Links a device and restarts the gateway while nothing of WhatsApp gets through to it. @returns what lets it through */
  const cutOff = async (device: TestDevice): Promise<() => void> => {
    const fault = await faults().apply({ device: jidOf(device), action: { kind: 'partition' } })
    await gateway.restart()
    return () => faults().cancel(fault!)
  }

  const say = (device: TestDevice, text: string, more: object = {}) =>
    apiOf(device).call<Sent>('POST', `/chats/${bob.id}/messages`, { text, ...more })

  it('takes them after a restart, never says that the device is not linked, and delivers them in order once it connects', async () => {
    bob = await gateway.phone('Bob')
    const device = await gateway.linkDevice()
    const letThrough = await cutOff(device)
    const status = await apiOf(device).get<Status>('/devices/me/status')
    assert.deepEqual([status.connected, status.is_logged_in], [false, true])
    assert.notEqual(status.state, 'open')
    assert.equal(status.next_action.code, 'wait')
    const texts = Array.from({ length: 12 }, (_, n) => `queued ${n}`)
    for (const text of texts) {
      const { status: code, body } = await say(device, text, { wait: 0 })
      assert.deepEqual([code, body.data.status], [202, 'queued'], JSON.stringify(body))
    }
    const waiting = say(device, 'waited for')
    await until('it waits', async () => {
      const { query } = gateway.services.database
      return (
        (await query.selectFrom('send_intent').selectAll().where('device_id', '=', device.id).execute()).length > 12
      )
    })
    letThrough()
    assert.deepEqual([(await waiting).status, (await waiting).body.data.status], [200, 'sent'])
    assert.deepEqual(textsOf(bob), [...texts, 'waited for'])
    const last = await say(device, 'and continues', { wait: 60 })
    assert.equal(last.body.data.status, 'sent')
  })

  it('tells one time of a message, from the first answer on, and apart from it when WhatsApp took it over', async () => {
    const device = await gateway.linkDevice()
    const letThrough = await cutOff(device)
    const taken = (await say(device, 'when?', { wait: 0 })).body.data
    assert.deepEqual([taken.timestamp, taken.sent_at], [taken.created_at, null])
    const timesOf = async () => {
      const found = await apiOf(device).get<Sent>(`/messages/${taken.message_id}`)
      return [found.timestamp, found.created_at, found.sent_at]
    }
    assert.deepEqual(await timesOf(), [taken.created_at, taken.created_at, null])
    letThrough()
    const [timestamp, createdAt] = await until('it is sent', async () => {
      const times = await timesOf()
      return times[2] !== null && times
    })
    assert.deepEqual([timestamp, createdAt], [taken.created_at, taken.created_at])
  })

  it('keeps them, and their order, over another restart before it connects', async () => {
    bob = await gateway.phone('Bob')
    const device = await gateway.linkDevice()
    const letThrough = await cutOff(device)
    const texts = Array.from({ length: 6 }, (_, n) => `before ${n}`)
    for (const text of texts) assert.equal((await say(device, text, { wait: 0 })).status, 202)
    await gateway.restart()
    // The order is that in which they were accepted, whatever somebody does to the clock.
    clock.set(-3_600_000)
    assert.equal((await say(device, 'after', { wait: 0 })).status, 202)
    letThrough()
    await bob.until.message(({ text }) => text === 'after')
    clock.set(3_600_000)
    assert.deepEqual(textsOf(bob), [...texts, 'after'])
  })

  it('lets nothing new overtake what waits, while connections come and go', async () => {
    bob = await gateway.phone('Bob')
    const device = await gateway.linkDevice()
    const texts = Array.from({ length: 60 }, (_, n) => `flapping ${n}`)
    const jid = jidOf(device)
    for (const [n, text] of texts.entries()) {
      if (n % 10 === 5) gateway.sandbox!.disconnect(jid, 503)
      const { status, body } = await say(device, text, { wait: 0 })
      // One that is sent at once is known to be sent by the time of the answer.
      assert.ok(status === 202 || status === 200, JSON.stringify(body))
    }
    await bob.until.message(({ text }) => text === texts.at(-1))
    await until('all are there', () => textsOf(bob).length === texts.length)
    assert.deepEqual(textsOf(bob), texts)
  })

  it('fails what waits when the link is removed, visibly, and sends none of it under the next link', async () => {
    bob = await gateway.phone('Bob')
    const device = await gateway.linkDevice()
    const letThrough = await cutOff(device)
    const ids: string[] = []
    for (const text of ['one', 'two', 'three']) ids.push((await say(device, text, { wait: 0 })).body.data.message_id)
    const waiting = say(device, 'four')
    await until('all four wait', async () => {
      const { messages } = await apiOf(device).get<{ messages: unknown[] }>(`/chats/${bob.id}/messages`)
      return messages.length === 4
    })
    await apiOf(device).delete('/devices/me/session')
    assert.equal((await waiting).body.error_code, 'device_not_linked')
    letThrough()
    for (const id of ids) {
      const message = await apiOf(device).get<{ status: string; reason: string }>(`/messages/${id}`)
      assert.deepEqual([message.status, message.reason], ['failed', 'logged_out'])
    }
    const { events } = await apiOf(device).get<{ events: { data: { message_id?: string } }[] }>(
      '/events?types=message.failed',
    )
    const told = events.map(({ data }) => data.message_id)
    assert.ok(ids.every((id) => told.includes(id)))
    assert.equal((await say(device, 'five')).body.error_code, 'device_not_linked')
    const again = { ...device, api: apiOf(device) }
    await gateway.linkDevice(await gateway.phone('Cara'), again)
    assert.equal((await say(device, 'from Cara')).status, 200)
    await bob.until.message(({ text }) => text === 'from Cara')
    assert.deepEqual(textsOf(bob), ['from Cara'])
  })

  it('leaves none without an end when the link is removed while they come', async () => {
    bob = await gateway.phone('Bob')
    const device = await gateway.linkDevice()
    const sending = Array.from({ length: 40 }, (_, n) => say(device, `racing ${n}`, { wait: 0 }))
    await Promise.race(sending)
    const more = Array.from({ length: 40 }, (_, n) => say(device, `late ${n}`, { wait: 0 }))
    await apiOf(device).delete('/devices/me/session')
    const answers = await Promise.all([...sending, ...more])
    const taken = answers.filter(({ status }) => status < 300).map(({ body }) => body.data.message_id)
    const refused = answers.filter(({ status }) => status >= 300).map(({ body }) => body.error_code)
    assert.ok(taken.length > 0)
    assert.ok(refused.every((code) => code === 'device_not_linked' || code === 'device_not_connected'))
    for (const id of taken) {
      await until(`${id} ends`, async () => {
        const { status } = await apiOf(device).get<Sent>(`/messages/${id}`)
        return status !== 'queued' && status !== 'sending'
      })
    }
    const { query } = gateway.services.database
    const left = await query.selectFrom('send_intent').selectAll().where('device_id', '=', device.id).execute()
    assert.deepEqual(left, [])
  })

  it('takes no more than ten thousand that wait', async () => {
    const device = await gateway.linkDevice()
    const letThrough = await cutOff(device)
    const { database, engine } = gateway.services
    const now = clock.now()
    const body = engine.compose({ type: 'text', text: 'one of many' }, { now, chat: bob.jid })
    const rows = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ device_id: device.id, message_id: `3EB0MANY${n}`, chat: bob.jid, body, options: '{}', not_before: now },
      ...{ state: 'queued' as const, created_at: now, prepared_at: null, ...unlimited },
    }))
    for (let at = 0; at < rows.length; at += 500) {
      const insert = database.query.insertInto('send_intent').values(rows.slice(at, at + 500))
      await database.commit([{ query: insert.compile() }])
    }
    const refused = await apiOf(device).refuses('rate_limited', 'POST', `/chats/${bob.id}/messages`, { text: 'x' })
    assert.equal(refused.headers.get('retry-after'), '30')
    await database.commit([{ query: database.query.deleteFrom('send_intent').compile() }])
    letThrough()
  })

  it('refuses them where only a person can help, and says when to come again where waiting helps', async () => {
    const [blocked, banned] = [await gateway.linkDevice(), await gateway.linkDevice()]
    gateway.sandbox!.disconnect(jidOf(blocked), 403)
    const inAnHour = { kind: 'temporary-ban', seconds: 3600 } as const
    await faults().apply({ device: jidOf(banned), action: inAnHour })
    const { sessions } = gateway.services
    await until('one is blocked', () => sessions.status(blocked.id).state.name === 'blocked')
    await until('the other is banned', () => (sessions.status(banned.id).retryAt ?? 0) > Date.now() + 3_000_000)
    const refused = await apiOf(blocked).refuses('device_not_connected', 'POST', `/chats/${bob.id}/messages`, {
      text: 'x',
    })
    assert.equal(refused.headers.get('retry-after'), null)
    assert.deepEqual(refused.body.details, { state: 'blocked', next_action: 'contact_support' })
    const later = await apiOf(banned).refuses('device_not_connected', 'POST', `/chats/${bob.id}/messages`, {
      text: 'x',
    })
    assert.ok(Number(later.headers.get('retry-after')) > 3_000)
    assert.deepEqual(later.body.details, { state: 'banned', next_action: 'wait' })
  })

  it('tells requests that need the connection now when to come again', async () => {
    const device = await gateway.linkDevice()
    const letThrough = await cutOff(device)
    const typing = { presence_type: 'composing' }
    const path = `/chats/${bob.id}/presence`
    const refused = await apiOf(device).refuses('device_not_connected', 'POST', path, typing)
    assert.ok(Number(refused.headers.get('retry-after')) >= 1)
    letThrough()
  })

  it('bounds how long a request may wait', async () => {
    const device = await gateway.createDevice()
    for (const wait of [-1, 61, 0.5, '5', false]) {
      await device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/messages`, { text: 'x', wait })
    }
  })
})
