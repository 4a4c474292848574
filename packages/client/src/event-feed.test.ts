import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { startTestGateway, type TestDevice, type TestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { until } from '../../server/src/testing/until.ts'
import { type FeedState, Switchboard } from './index.ts'
import { BadLine } from './testing/bad-line.ts'

describe('Switchboard.events', () => {
  let gateway: TestGateway
  let line: BadLine
  let device: TestDevice
  let sb: Switchboard

  before(async () => {
    gateway = await startTestGateway()
    line = await BadLine.start(gateway.api.url)
  })
  beforeEach(async () => {
    line.fates.length = 0
    device = await gateway.createDevice()
    sb = new Switchboard({ baseUrl: line.url, deviceToken: device.token })
  })
  after(async () => {
    await line.stop()
    await gateway.stop()
  })

  const raise = (...types: string[]) =>
    gateway.services.eventLog.append(
      device.id,
      types.map((type) => ({ type, payload: { type } })),
    )

  it('continues behind a place, then tells what happens, and ends with the loop', async () => {
    await raise('message.received', 'message.read', 'message.received')
    const feed = sb.events({ after: 1 })
    const seen: [number, string][] = []
    for await (const event of feed) {
      seen.push([event.cursor, event.event_type])
      if (seen.length === 2) await raise('message.sent')
      if (seen.length === 3) break
    }
    assert.deepEqual(seen, [
      [2, 'message.read'],
      [3, 'message.received'],
      [4, 'message.sent'],
    ])
    assert.deepEqual([feed.alive, feed.cursor], [false, 3])
    const page = await sb.events.list({ query: { after: 3 } })
    assert.deepEqual([page.next_after, page.events[0]?.event_type], [4, 'message.sent'])
  })

  it('loses nothing and tells nothing twice over connections that break, also before the first event', async () => {
    await raise('message.received')
    const states: FeedState[] = []
    const feed = sb.events({ types: ['message.sent'], onState: (state) => states.push(state) })
    const seen: number[] = []
    const reading = (async () => {
      for await (const { cursor } of feed) {
        seen.push(cursor)
        if (seen.length === 4) return
      }
    })()
    await until('it knows where it begins', () => feed.cursor === 1)
    for (let n = 0; n < 4; n++) {
      line.fates.push('lost', { status: 503 })
      line.cut()
      await until('it says that it is not alive', () => !feed.alive)
      await raise('message.sent', 'message.read')
      await until('the event comes', () => seen.length === n + 1)
    }
    await reading
    assert.deepEqual(seen, [2, 4, 6, 8])
    assert.ok(states.some(({ alive, error }) => !alive && error?.code === 'no_answer'))
  })

  it('notices that a connection is dead although nobody closed it', async () => {
    const feed = sb.events()
    const reading = (async () => {
      for await (const event of feed) return event.event_type
      return undefined
    })()
    await until('it is alive', () => feed.alive && feed.cursor === 0)
    line.freeze()
    await raise('message.received')
    await until('it notices', () => !feed.alive)
    assert.equal(await reading, 'message.received')
  })

  it('ends when it is told to, and fails when connecting again cannot help', async () => {
    const stop = new AbortController()
    const feed = sb.events({ signal: stop.signal })
    const reading = (async () => {
      for await (const _ of feed) assert.fail('nothing happened')
    })()
    await until('it is alive', () => feed.alive)
    stop.abort()
    await reading
    assert.equal(feed.alive, false)
    const first = async (events: AsyncIterable<unknown>) => {
      for await (const event of events) return event
      return undefined
    }
    await assert.rejects(first(sb.events({ after: 10 })), { code: 'cursor_ahead', status: 409 })
    const stranger = new Switchboard({ baseUrl: line.url, deviceToken: 'wrong' })
    await assert.rejects(first(stranger.events()), { code: 'unauthorized' })
    line.fates.push({ status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Welcome' })
    await assert.rejects(first(sb.events()), { code: 'unexpected_answer' })
  })
})
