import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { createEventLog } from '../eventlog/create-event-log.ts'
import { everything, numbers, openWorld, states, tell, until, type World } from './testing-world.ts'

const second = 1000

type Answer = (response: ServerResponse) => void

const ok: Answer = (response) => response.writeHead(204).end()
const fails: Answer = (response) => response.writeHead(500).end()

/** What one event can make of an endpoint that works, and what the log says of it. */
const causes: Record<string, { answer: Answer; status: number | null; error: string; slow?: true }> = {
  'a failure of the receiver': { answer: fails, status: 500, error: 'HTTP 500' },
  'a redirect': {
    answer: (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    status: 302,
    error: 'HTTP 302',
  },
  // The endpoint may have come back while it was waited for: the event is tried once more after the next one was delivered.
  'no answer in time': { answer: () => {}, status: null, error: 'no answer in time', slow: true },
  'a connection that breaks': {
    answer: (response) => response.socket?.resetAndDestroy(),
    status: null,
    error: 'connection closed by the endpoint',
  },
  'an answer that is no HTTP': {
    answer: (response) => response.socket?.end('nonsense\r\n\r\n'),
    status: null,
    error: 'the answer is not HTTP',
  },
}

describe('an event that fails again and again', { timeout: 240_000 }, () => {
  let world: World
  let hasty: World
  /** What is in time must be so on a slow machine, too. */
  let impatient: World
  before(async () => {
    world = await openWorld()
    hasty = await openWorld({ retryLimit: 1 })
    impatient = await openWorld({ attemptTimeoutMs: 3 * second })
  })
  after(async () => {
    const worlds = [world, hasty, impatient]
    await Promise.all(worlds.map((each) => each.close()))
    assert.deepEqual(
      worlds.flatMap(({ errors }) => errors),
      [],
    )
  })

  /** A webhook of a device of its own, whose receiver answers by the number of the event. */
  const prepared = async (own: World, answer: (n: number) => Answer) => {
    const [device, receiver] = [await own.device(), await own.receiver()]
    receiver.answer = ({ body }, response) => answer(body.data.n)(response)
    const { webhook } = await own.webhooks.create(device, { ...everything, url: receiver.url })
    const log = async () => (await states(own, device, webhook.id)).toReversed()
    const attemptsOf = async (seq: number) => (await log()).find((entry) => entry.seq === seq)?.attempts
    return { device, receiver, id: webhook.id, log, attemptsOf }
  }

  for (const [what, { answer, status, error, slow }] of Object.entries(causes)) {
    it(`by ${what} becomes a dead letter once the event behind it is delivered, and the webhook continues`, async () => {
      const own = slow ? impatient : world
      const { device, receiver, log, attemptsOf } = await prepared(own, (n) => (n === 2 ? answer : ok))
      await tell(own, device, 1, 4)
      await until(async () => (await attemptsOf(2)) === 1)
      own.clock.pass(2 * second)
      await until(async () => (await attemptsOf(2)) === 2)
      assert.deepEqual(
        new Set(numbers(receiver)),
        new Set([1, 2]),
        'nothing is skipped before its attempts are used up',
      )
      own.clock.pass(5 * second)
      await until(async () => (await log()).every(({ state }) => state !== 'pending'))
      assert.deepEqual(numbers(receiver), slow ? [1, 2, 2, 2, 3, 2, 4] : [1, 2, 2, 2, 3, 4])
      const [, dead, ...rest] = await log()
      assert.deepEqual(dead, { seq: 2, state: 'dead', attempts: slow ? 4 : 3, status, error })
      assert.deepEqual(
        rest.map(({ state }) => state),
        ['success', 'success'],
      )
    })
  }

  it('is not to blame when the event behind it fails too: the endpoint is, and order is kept', async () => {
    let well = false
    const { device, receiver, log, attemptsOf } = await prepared(world, () => (well ? ok : fails))
    await tell(world, device, 1, 3)
    for (const [attempts, wait] of [
      [1, 2],
      [2, 5],
      [3, 15],
      [4, 30],
    ] as const) {
      await until(
        async () => (await attemptsOf(1)) === attempts && (attempts < 3 || (await attemptsOf(2)) === attempts - 2),
      )
      world.clock.pass(wait * second)
    }
    await until(async () => (await attemptsOf(2)) === 3 && (await attemptsOf(3)) === 1)
    assert.deepEqual(numbers(receiver), [1, 1, 1, 2, 1, 2, 1, 2, 3])
    well = true
    world.clock.pass(60 * second)
    await receiver.waitFor(12)
    assert.deepEqual(numbers(receiver).slice(9), [1, 2, 3])
    await until(async () => (await log()).every(({ state }) => state === 'success'))
  })

  it('is delivered after all when the endpoint came back while its last attempt waited', async () => {
    let last = false
    const { device, receiver, log, attemptsOf } = await prepared(impatient, (n) => (n === 1 && !last ? () => {} : ok))
    await tell(impatient, device, 1, 3)
    for (const [attempts, wait] of [
      [1, 2],
      [2, 5],
    ] as const) {
      await until(async () => (await attemptsOf(1)) === attempts)
      impatient.clock.pass(wait * second)
    }
    await receiver.waitFor(3)
    last = true
    await until(async () => (await log()).every(({ state }) => state === 'success'))
    assert.deepEqual(numbers(receiver), [1, 1, 1, 2, 1, 3])
  })

  it('becomes a dead letter together with others behind it, once one gets through', async () => {
    const { device, receiver, log } = await prepared(world, (n) => (n < 4 ? fails : ok))
    await tell(world, device, 1, 5)
    await until(async () => {
      world.clock.pass(second)
      return (await log()).every(({ state }) => state !== 'pending')
    })
    assert.deepEqual(
      (await log()).map(({ state }) => state),
      ['dead', 'dead', 'dead', 'success', 'success'],
    )
    assert.deepEqual(numbers(receiver).slice(-2), [4, 5])
  })

  it('goes to the dead letters after one attempt when no more are wanted', async () => {
    const { device, receiver, log } = await prepared(hasty, (n) => (n === 1 ? fails : ok))
    await tell(hasty, device, 1, 3)
    await until(async () => (await log()).every(({ state }) => state !== 'pending'))
    assert.deepEqual(numbers(receiver), [1, 2, 3])
    assert.deepEqual((await log())[0], { seq: 1, state: 'dead', attempts: 1, status: 500, error: 'HTTP 500' })
  })

  it('that stands alone is tried again as soon as another one comes', async () => {
    const { device, receiver, log, attemptsOf } = await prepared(world, (n) => (n === 1 ? fails : ok))
    await tell(world, device, 1, 1)
    for (const [attempts, wait] of [
      [1, 2],
      [2, 5],
    ] as const) {
      await until(async () => (await attemptsOf(1)) === attempts)
      world.clock.pass(wait * second)
    }
    await until(async () => (await attemptsOf(1)) === 3)
    await tell(world, device, 2, 2)
    await until(async () => (await log()).every(({ state }) => state !== 'pending'))
    assert.deepEqual(numbers(receiver), [1, 1, 1, 1, 2])
    assert.equal((await log())[0]?.state, 'dead')
  })

  for (const [when, comes] of Object.entries({
    'also after a restart': async (own: World, device: string) => {
      await own.restart()
      await tell(own, device, 2, 2)
    },
    'also when the process ends before that': async (own: World, device: string) => {
      const { database, clock } = own
      await tell({ ...own, eventLog: createEventLog({ database, clock }) }, device, 2, 2)
      await own.restart()
    },
  })) {
    it(`that stands alone is tried again as soon as another one comes, ${when}`, async (test) => {
      const own = await openWorld()
      test.after(() => own.close())
      const { device, receiver, log, attemptsOf } = await prepared(own, (n) => (n === 1 ? fails : ok))
      await tell(own, device, 1, 1)
      for (const [attempts, wait] of [
        [1, 2],
        [2, 5],
      ] as const) {
        await until(async () => (await attemptsOf(1)) === attempts)
        own.clock.pass(wait * second)
      }
      await until(async () => (await attemptsOf(1)) === 3)
      await comes(own, device)
      await until(async () => (await log()).every(({ state }) => state !== 'pending'))
      assert.deepEqual(numbers(receiver), [1, 1, 1, 1, 2])
    })
  }

  it('is not to blame when the endpoint says that it is busy', async () => {
    const busy: Answer = (response) => response.writeHead(429).end()
    let first = busy
    const { device, receiver, attemptsOf } = await prepared(world, (n) => (n === 1 ? first : ok))
    await tell(world, device, 1, 2)
    for (const [attempts, wait] of [
      [1, 2],
      [2, 5],
      [3, 15],
    ] as const) {
      await until(async () => (await attemptsOf(1)) === attempts)
      world.clock.pass(wait * second)
    }
    await until(async () => (await attemptsOf(1)) === 4)
    assert.deepEqual(numbers(receiver), [1, 1, 1, 1])
    first = ok
    world.clock.pass(30 * second)
    await receiver.waitFor(6)
    assert.deepEqual(numbers(receiver).slice(4), [1, 2])
  })

  it('waits with all that is behind it when the endpoint names a time', async () => {
    const { device, receiver, attemptsOf } = await prepared(hasty, (n) =>
      n === 1 ? (response) => response.writeHead(503, { 'retry-after': '60' }).end() : ok,
    )
    await tell(hasty, device, 1, 2)
    await until(async () => (await attemptsOf(1)) === 1)
    await tell(hasty, device, 3, 3)
    hasty.clock.pass(59 * second)
    await until(async () => (await hasty.webhooks.totals()).deliveries.pending >= 3)
    assert.deepEqual(numbers(receiver), [1])
  })

  it('becomes a dead letter when a test gets through and it fails once more', async () => {
    const { device, receiver, id, log, attemptsOf } = await prepared(world, (n) => (n === 1 ? fails : ok))
    await tell(world, device, 1, 1)
    for (const [attempts, wait] of [
      [1, 2],
      [2, 5],
    ] as const) {
      await until(async () => (await attemptsOf(1)) === attempts)
      world.clock.pass(wait * second)
    }
    await until(async () => (await attemptsOf(1)) === 3)
    await world.webhooks.test(device, id)
    await until(async () => (await log()).every(({ state }) => state !== 'pending'))
    assert.deepEqual(
      receiver.received.map(({ body }) => body.data.n ?? body.event_type),
      [1, 1, 1, 'test.ping', 1],
    )
    assert.deepEqual(
      (await log()).map(({ state }) => state),
      ['dead', 'success'],
    )
  })
})
