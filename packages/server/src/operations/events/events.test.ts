import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Upkeep } from '../../gateway/upkeep.ts'
import { createLogger } from '../../observe/logging.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { StreamClient } from '../../testing/stream-client.ts'
import { TestClock } from '../../testing/test-clock.ts'

interface Event {
  id: string
  seq: number
  event_type: string
  device_id: string
  data: Record<string, unknown>
}

interface Page {
  events: Event[]
  next_after: number
}

let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway()
})
after(() => gateway.stop())

const raise = (device: TestDevice, ...types: string[]) =>
  gateway.services.eventLog.append(
    device.id,
    types.map((type) => ({ type, payload: { type } })),
  )

describe('events.list', () => {
  it('gives the log page by page, and nothing when nothing is new', async () => {
    const device = await gateway.createDevice()
    await raise(device, 'message.received', 'message.read', 'message.received')
    const first = await device.api.get<Page>('/events?limit=2')
    assert.deepEqual(
      first.events.map(({ seq, event_type, device_id }) => [seq, event_type, device_id]),
      [
        [1, 'message.received', device.id],
        [2, 'message.read', device.id],
      ],
    )
    const second = await device.api.get<Page>(`/events?after=${first.next_after}`)
    assert.deepEqual([second.events.map(({ seq }) => seq), second.next_after], [[3], 3])
    assert.deepEqual(await device.api.get('/events?after=3'), { events: [], next_after: 3 })
  })

  it('begins before the end of the log with `latest`, and says where it ends', async () => {
    const device = await gateway.createDevice()
    assert.deepEqual(await device.api.get('/events?latest=0'), { events: [], next_after: 0 })
    await raise(device, 'message.received', 'message.read', 'message.received')
    const seqs = async (query: string) => {
      const { events, next_after } = await device.api.get<Page>(`/events?${query}`)
      return [events.map(({ seq }) => seq), next_after]
    }
    assert.deepEqual(await seqs('latest=0'), [[], 3])
    assert.deepEqual(await seqs('latest=2'), [[2, 3], 3])
    assert.deepEqual(await seqs('latest=1000'), [[1, 2, 3], 3])
    assert.deepEqual(await seqs('latest=2&types=message.received'), [[3], 3])
    await device.api.refuses('invalid_request', 'GET', '/events?latest=1001')
  })

  it('ends a page before it is too large, and loses nothing at its end', async () => {
    const device = await gateway.createDevice()
    const text = 'é'.repeat(25_000)
    const many = Array.from({ length: 100 }, (_, n) => ({
      type: n % 2 ? 'message.received' : 'message.read',
      payload: { text },
    }))
    await gateway.services.eventLog.append(device.id, many)
    for (const [types, wanted] of [
      ['', 100],
      ['&types=message.read', 50],
    ] as const) {
      const seen: number[] = []
      for (let after = 0, pages = 0; ; pages++) {
        const { text: json, body } = await device.api.call<Page>('GET', `/events?limit=1000&after=${after}${types}`)
        assert.ok(json.length < 1.5 * 1024 * 1024, `a page has ${json.length} characters`)
        if (body.data.events.length === 0) break
        seen.push(...body.data.events.map(({ seq }) => seq))
        after = body.data.next_after
        assert.ok(pages < 10)
      }
      assert.deepEqual([seen.length, new Set(seen).size, seen.toSorted((a, b) => a - b)], [wanted, wanted, seen])
    }
  })

  it('gives only the types that are asked for', async () => {
    const device = await gateway.createDevice()
    await raise(device, 'message.received', 'message.read', 'message.played')
    const page = await device.api.get<Page>('/events?types=message.read,message.played')
    assert.deepEqual(
      page.events.map(({ seq }) => seq),
      [2, 3],
    )
    await device.api.refuses('invalid_request', 'GET', '/events?types=message.unheard_of')
    await device.api.refuses('invalid_request', 'GET', '/events?after=-1')
    await device.api.refuses('invalid_request', 'GET', '/events?limit=0')
  })

  it('tells a reader who comes too late, and lets it begin with the oldest event that is kept', async () => {
    const clock = new TestClock({ stands: true })
    const aged = await startTestGateway({ clock })
    try {
      const device = await aged.createDevice()
      const say = (...types: string[]) =>
        aged.services.eventLog.append(
          device.id,
          types.map((type) => ({ type, payload: {} })),
        )
      await say('message.received', 'message.read', 'message.received')
      const upkeep = () => new Upkeep({ ...aged.services, log: createLogger(aged.services.config) }).run()
      clock.set(400 * 24 * 60 * 60 * 1000)
      await upkeep()
      const kept = await device.api.get<Page>('/events')
      assert.equal(kept.events.length, 3, 'a clock that was set ahead makes nothing old')
      clock.set(-400 * 24 * 60 * 60 * 1000)
      clock.pass(31 * 24 * 60 * 60 * 1000)
      await say('message.read')
      await upkeep()

      const refused = await device.api.refuses('cursor_expired', 'GET', '/events?after=2')
      assert.deepEqual(refused.body.details, { oldest_after: 3 })
      await device.api.refuses('cursor_expired', 'GET', '/events/stream?after=2')
      await device.api.with({ 'last-event-id': '1' }).refuses('cursor_expired', 'GET', '/events/stream')
      for (const from of ['', '?after=0', '?after=3']) {
        const page = await device.api.get<Page>(`/events${from}`)
        assert.deepEqual([page.events.map(({ seq }) => seq), page.next_after], [[4], 4], from)
      }
      clock.pass(31 * 24 * 60 * 60 * 1000)
      await upkeep()
      assert.deepEqual(await device.api.get('/events'), { events: [], next_after: 4 })
      await aged.restart()
      const again = aged.deviceWith(device.id, device.secret, device.token)
      await aged.services.eventLog.append(device.id, [{ type: 'message.read', payload: {} }])
      assert.deepEqual(
        (await again.api.get<Page>('/events?after=4')).events.map(({ seq }) => seq),
        [5],
      )
    } finally {
      await aged.stop()
    }
  })

  it('tells a reader with a cursor newer than anything where the log ends', async () => {
    const device = await gateway.createDevice()
    const fresh = await device.api.refuses('cursor_ahead', 'GET', '/events?after=100000')
    assert.deepEqual(fresh.body.details, { newest_seq: 0 })
    await raise(device, 'message.received', 'message.read')
    const refused = [
      await device.api.refuses('cursor_ahead', 'GET', '/events?after=3'),
      await device.api.refuses('cursor_ahead', 'GET', '/events/stream?after=3'),
      await device.api.with({ 'last-event-id': '3' }).refuses('cursor_ahead', 'GET', '/events/stream'),
    ]
    for (const { body } of refused) assert.deepEqual(body.details, { newest_seq: 2 })
    assert.deepEqual(await device.api.get('/events?after=2'), { events: [], next_after: 2 })
  })

  it('moves the cursor of a reader past what it does not ask for', async () => {
    const device = await gateway.createDevice()
    await raise(device, 'message.read', 'message.received', 'message.received')
    const page = await device.api.get<Page>('/events?types=message.read')
    assert.deepEqual([page.events.map(({ seq }) => seq), page.next_after], [[1], 3])
    const full = await device.api.get<Page>('/events?types=message.received&limit=1')
    assert.deepEqual([full.events.map(({ seq }) => seq), full.next_after], [[2], 2])
  })

  it('shows nothing of another device', async () => {
    const [ours, theirs] = [await gateway.createDevice(), await gateway.createDevice()]
    await raise(theirs, 'message.received')
    assert.deepEqual(await ours.api.get('/events'), { events: [], next_after: 0 })
    await gateway.api.refuses('unauthorized', 'GET', '/events')
  })
})

const open = (device: TestDevice, query = '', headers: Record<string, string> = {}) =>
  StreamClient.open(`${device.api.url}/events/stream${query}`, { ...device.api.headers, ...headers })

describe('events.stream', () => {
  it('tells what happened since a cursor, then what happens, in order', async () => {
    const device = await gateway.createDevice()
    await raise(device, 'message.received', 'message.read')
    const stream = await open(device, '?after=1')
    await raise(device, 'message.played')
    const got = await stream.take(2)
    assert.deepEqual(
      got.map(({ id, event, data }) => [id, event, data.seq, data.device_id]),
      [
        [2, 'message.read', 2, device.id],
        [3, 'message.played', 3, device.id],
      ],
    )
    await raise(device, 'message.deleted')
    assert.equal((await stream.take(1))[0]?.data['event_type'], 'message.deleted')
    stream.leave()
  })

  it('continues behind Last-Event-ID, through more than one page of the log', async () => {
    const device = await gateway.createDevice()
    for (let n = 0; n < 25; n++) await raise(device, ...Array<string>(10).fill('message.read'))
    const stream = await open(device, '', { 'last-event-id': '5' })
    const got = await stream.take(245)
    assert.deepEqual(
      got.map(({ data }) => data.seq),
      Array.from({ length: 245 }, (_, index) => index + 6),
    )
    stream.leave()
  })

  it('tells only what is asked for, of this device alone', async () => {
    const [device, other] = [await gateway.createDevice(), await gateway.createDevice()]
    const stream = await open(device, '?after=0&types=message.read')
    await raise(other, 'message.read')
    await raise(device, 'message.received', 'message.read')
    const [first] = await stream.take(1)
    assert.deepEqual([first?.data.seq, first?.data.device_id], [2, device.id])
    stream.leave()
  })

  it('says where it begins to a reader without a cursor, and lives as often as it is asked to', async () => {
    const device = await gateway.createDevice()
    await raise(device, 'message.received', 'message.read')
    const leave = new AbortController()
    const url = `${device.api.url}/events/stream?heartbeat=1`
    const { body } = await fetch(url, { headers: device.api.headers, signal: leave.signal })
    let text = ''
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.includes(': alive')) break
    }
    leave.abort()
    assert.match(text, /^: open\n\nid: 2\n\n: alive/)
    await device.api.refuses('invalid_request', 'GET', '/events/stream?heartbeat=0')
  })

  it('refuses strangers and unknown types', async () => {
    const device = await gateway.createDevice()
    await gateway.api.refuses('unauthorized', 'GET', '/events/stream')
    await device.api.refuses('invalid_request', 'GET', '/events/stream?types=nonsense')
  })
})
