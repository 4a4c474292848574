import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEventLog } from '../eventlog/create-event-log.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { everything, numbers, openWorld, states, tell, until, type World } from './testing-world.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

describe('createWebhooks', { timeout: 120_000 }, () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(async () => {
    await world.close()
    assert.deepEqual(world.errors, [])
  })

  it('delivers an event once, whole, and signed in both ways', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    const { secret } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await world.eventLog.append(device, [
      { id: 'evt_1', type: 'message.received', payload: { text: 'é' }, backfill: true },
    ])
    const [got] = await receiver.waitFor(1)
    const { timestamp, ...body } = got!.body
    assert.deepEqual(body, {
      event_type: 'message.received',
      device_id: device,
      data: { text: 'é' },
      id: 'evt_1',
      seq: 1,
      version: 1,
      backfill: true,
    })
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const hex = `sha256=${createHmac('sha256', secret).update(got!.raw).digest('hex')}`
    assert.equal(got!.headers['x-webhook-signature'], hex)
    assert.equal(got!.headers['x-hub-signature-256'], hex)
    assert.equal(got!.headers['x-webhook-event'], 'message.received')
    assert.equal(got!.headers['webhook-id'], 'evt_1')
    assert.ok(standardSignatures(got!.headers, got!.raw, secret)[0])
  })

  it('reads once, and then delivers what was appended here without reading it back', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    const all = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await world.webhooks.create(device, { ...everything, events: ['message.deleted'], url: receiver.url })
    await tell(world, device, 1, 1)
    await receiver.waitFor(1)
    await until(async () => (await states(world, device, all.webhook.id))[0]?.state === 'success')
    world.reads = 0
    for (let n = 2; n <= 20; n++) {
      await tell(world, device, n, n)
      await receiver.waitFor(n)
    }
    assert.deepEqual(
      numbers(receiver),
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    assert.equal(world.reads, 0)
  })

  it('keeps the order when another process appends in between', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 1)
    await receiver.waitFor(1)
    const elsewhere = { ...world, eventLog: createEventLog({ database: world.database, clock: world.clock }) }
    for (let n = 2; n < 20; n += 2) {
      await tell(elsewhere, device, n, n)
      await tell(world, device, n + 1, n + 1)
    }
    await receiver.waitFor(19)
    assert.deepEqual(
      numbers(receiver),
      Array.from({ length: 19 }, (_, index) => index + 1),
    )
  })

  it('takes the secret of its owner, and signs with it as it is', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    const secret = 'correct horse battery staple'
    const made = await world.webhooks.create(device, { ...everything, url: receiver.url, secret })
    assert.equal(made.secret, secret)
    await tell(world, device, 1, 1)
    const [got] = await receiver.waitFor(1)
    assert.equal(
      got!.headers['x-webhook-signature'],
      `sha256=${createHmac('sha256', secret).update(got!.raw).digest('hex')}`,
    )
    await assert.rejects(world.webhooks.create(device, { ...everything, url: receiver.url, secret: 'short' }), {
      code: 'invalid_request',
    })
  })

  it('signs with the old and the new secret for a day after a rotation', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    const { secret: old, webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    const { secret: fresh } = await world.webhooks.rotateSecret(device, webhook.id)
    await tell(world, device, 1, 1)
    const [first] = await receiver.waitFor(1)
    assert.deepEqual(standardSignatures(first!.headers, first!.raw, fresh), [true, false])
    assert.deepEqual(standardSignatures(first!.headers, first!.raw, old), [false, true])
    const hex = `sha256=${createHmac('sha256', fresh).update(first!.raw).digest('hex')}`
    assert.equal(first!.headers['x-hub-signature-256'], hex)
    world.clock.pass(day + second)
    await tell(world, device, 2, 2)
    const [, second_] = await receiver.waitFor(2)
    assert.deepEqual(standardSignatures(second_!.headers, second_!.raw, fresh), [true])
  })

  it('keeps the order of a device through a thousand events', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    await world.webhooks.create(device, { ...everything, url: receiver.url })
    for (let n = 0; n < 10; n++) await tell(world, device, 100 * n + 1, 100 * n + 100)
    await receiver.waitFor(1000)
    assert.deepEqual(
      numbers(receiver),
      Array.from({ length: 1000 }, (_, index) => index + 1),
    )
    const seqs = receiver.received.map(({ body }) => body.seq)
    assert.deepEqual(seqs, numbers(receiver))
  })

  it('tells only what the filter names', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    await world.webhooks.create(device, { url: receiver.url, events: ['message.read', 'message.played'], active: true })
    await tell(world, device, 1, 3)
    await world.eventLog.append(device, [{ type: 'message.played', payload: { n: 4 } }])
    await receiver.waitFor(1)
    assert.deepEqual(numbers(receiver), [4])
  })

  it('tells of pairing codes only where the filter names them', async () => {
    const device = await world.device()
    const [all, named] = [await world.receiver(), await world.receiver()]
    const { webhook } = await world.webhooks.create(device, { ...everything, url: all.url })
    await world.webhooks.create(device, { url: named.url, events: ['connection.qr'], active: true })
    await world.eventLog.append(device, [{ type: 'connection.qr', payload: { n: 1 } }])
    await tell(world, device, 2, 2)
    await Promise.all([all.waitFor(1), named.waitFor(1)])
    assert.deepEqual([numbers(all), numbers(named)], [[2], [1]])
    assert.equal(await world.webhooks.replay(device, webhook.id, { from: 1, to: 2 }), 1)
  })

  it('waits as long as it should when somebody sets the clock back meanwhile', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(503).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 1)
    await receiver.waitFor(1)
    await until(async () => (await states(world, device, webhook.id))[0]?.attempts === 1)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    world.clock.set(-day)
    await tell(world, device, 2, 2)
    world.clock.pass(5 * second)
    await receiver.waitFor(3)
    assert.deepEqual(numbers(receiver), [1, 1, 2])
    world.clock.set(day)
  })

  it('pauses a lane on trouble, keeps its order, and follows the schedule', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(503).end('down for repair')
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 3)
    await receiver.waitFor(1)
    await until(async () => (await states(world, device, webhook.id))[2]?.attempts === 1)
    const { nextAttemptAt } = (await world.webhooks.logs(device, webhook.id, { limit: 3 })).at(-1)!
    assert.equal(nextAttemptAt, world.clock.now() + 2 * second)
    world.clock.pass(2 * second)
    await receiver.waitFor(2)
    await until(async () => (await states(world, device, webhook.id))[2]?.attempts === 2)
    receiver.answer = (_request, response) => response.writeHead(200).end()
    world.clock.pass(4 * second)
    assert.deepEqual(numbers(receiver), [1, 1])
    world.clock.pass(second)
    await receiver.waitFor(5)
    assert.deepEqual(numbers(receiver), [1, 1, 1, 2, 3])
    await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
    const [log] = (await world.webhooks.logs(device, webhook.id, { limit: 3 })).slice(-1)
    assert.deepEqual(
      log?.history.map(({ attempt, status, response, error }) => [attempt, status, response, error]),
      [
        [1, 503, 'down for repair', 'HTTP 503'],
        [2, 503, 'down for repair', 'HTTP 503'],
        [3, 200, null, null],
      ],
    )
  })

  it('waits as long as Retry-After says', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 1)
    await until(async () => (await states(world, device, webhook.id))[0]?.attempts === 1)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    const [log] = await world.webhooks.logs(device, webhook.id, { limit: 1 })
    assert.ok(log!.nextAttemptAt > world.clock.now() + 59 * minute)
    world.clock.pass(60 * minute)
    await receiver.waitFor(2)
  })

  it('gives up a refused event after three attempts, goes on, and delivers the dead letter when asked', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = ({ body }, response) => response.writeHead(body.data.n === 2 ? 422 : 204).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 3)
    for (const [requests, wait] of [
      [2, 2 * second],
      [3, 5 * second],
    ] as const) {
      await receiver.waitFor(requests)
      await until(async () => (await states(world, device, webhook.id))[1]?.attempts === requests - 1)
      world.clock.pass(wait)
    }
    await receiver.waitFor(5)
    assert.deepEqual(numbers(receiver), [1, 2, 2, 2, 3])
    const dead = await world.webhooks.logs(device, webhook.id, { limit: 10, state: 'dead' })
    assert.deepEqual(
      dead.map(({ seq, attempts, status, error }) => [seq, attempts, status, error]),
      [[2, 3, 422, 'HTTP 422']],
    )
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await world.webhooks.redeliver(device, webhook.id, dead[0]!.eventId)
    await receiver.waitFor(6)
    assert.equal(receiver.received[5]?.body.id, dead[0]!.eventId)
    await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
    assert.equal(await world.webhooks.redeliverDead(device, webhook.id), 0)
    await assert.rejects(world.webhooks.redeliver(device, webhook.id, 'evt_none'), { code: 'delivery_not_found' })
  })

  it('replays a range of the log, also what was said before the webhook existed', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    await tell(world, device, 1, 5)
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    assert.equal(await world.webhooks.replay(device, webhook.id, { from: 2, to: 4 }), 3)
    await receiver.waitFor(3)
    assert.deepEqual(numbers(receiver), [2, 3, 4])
  })

  it('delivers again what was asked for again while its delivery was under way, whatever became of that', async () => {
    for (const status of [204, 500, 422]) {
      const device = await world.device()
      const receiver = await world.receiver()
      const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
      const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
      receiver.answer = async ({ body }, response) => {
        const isFirst = receiver.received.length === 1
        if (isFirst) await answered
        response.writeHead(isFirst ? status : 204).end(String(body.data.n))
      }
      await tell(world, device, 1, 2)
      const [first] = await receiver.waitFor(1)
      // Both ways to ask, for the one that is under way and the one behind it.
      await world.webhooks.redeliver(device, webhook.id, first!.body.id)
      assert.equal(await world.webhooks.replay(device, webhook.id, { from: 1, to: 2 }), 2)
      answer()
      await receiver.waitFor(3)
      await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
      assert.deepEqual(numbers(receiver), [1, 1, 2], `answered ${status}`)
    }
  })

  it('switches off an endpoint that is gone, tells the other webhooks, and goes on when it is switched on again', async () => {
    const device = await world.device()
    const [gone, other] = [await world.receiver(), await world.receiver()]
    gone.answer = (_request, response) => response.writeHead(410).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: gone.url })
    await world.webhooks.create(device, { url: other.url, events: ['webhook.disabled'], active: true })
    await tell(world, device, 1, 2)
    const [told] = await other.waitFor(1)
    assert.deepEqual(told!.body.data, { webhook_id: webhook.id, url: gone.url, reason: 'gone' })
    const off = await world.webhooks.get(device, webhook.id)
    assert.deepEqual([off.active, off.disabledReason], [false, 'gone'])
    await assert.rejects(world.webhooks.test(device, webhook.id), { code: 'webhook_inactive' })
    assert.equal(gone.received.length, 1)
    gone.answer = (_request, response) => response.writeHead(204).end()
    await world.webhooks.update(device, webhook.id, { active: true })
    await gone.waitFor(3)
    assert.deepEqual(numbers(gone), [1, 1, 2])
  })

  it('switches off an endpoint that has only failed for five days', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(500).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 1)
    await until(async () => (await world.webhooks.get(device, webhook.id)).failingSince !== null)
    world.clock.pass(5 * day)
    await until(async () => !(await world.webhooks.get(device, webhook.id)).active)
    assert.equal((await world.webhooks.get(device, webhook.id)).disabledReason, 'failing')
    const { events } = await world.eventLog.read(device, { after: 0, types: ['webhook.disabled'], limit: 10 })
    assert.equal(events.length, 1)
  })

  it('sends a test to one webhook only, whatever its filter says', async () => {
    const device = await world.device()
    const [named, other] = [await world.receiver(), await world.receiver()]
    const { webhook } = await world.webhooks.create(device, { url: named.url, events: ['message.read'], active: true })
    await world.webhooks.create(device, { ...everything, url: other.url })
    const eventId = await world.webhooks.test(device, webhook.id)
    const [got] = await named.waitFor(1)
    assert.deepEqual([got!.body.event_type, got!.body.id], ['test.ping', eventId])
    await tell(world, device, 1, 1)
    await other.waitFor(1)
    assert.deepEqual(numbers(other), [1])
  })

  it('sends a test however many tests of other webhooks get no answer', async () => {
    const device = await world.device()
    const [deaf, other] = [await world.receiver(), await world.receiver()]
    const held = new Set<() => void>()
    deaf.answer = (_request, response) => held.add(() => response.writeHead(204).end())
    const { webhook } = await world.webhooks.create(device, { ...everything, url: deaf.url })
    const { webhook: well } = await world.webhooks.create(device, { ...everything, url: other.url })
    for (let n = 0; n < 30; n++) await world.webhooks.test(device, webhook.id)
    await deaf.waitFor(1)
    const eventId = await world.webhooks.test(device, well.id)
    await until(async () => other.received.some(({ body }) => body.id === eventId))
    deaf.answer = (_request, response) => response.writeHead(204).end()
    for (const answer of held) answer()
    await deaf.waitFor(30)
  })

  it('takes no answer in time for trouble', async (test) => {
    const impatient = await openWorld({ attemptTimeoutMs: 50 })
    test.after(() => impatient.close())
    const device = await impatient.device()
    const silent = await impatient.receiver()
    silent.answer = () => {}
    const { webhook } = await impatient.webhooks.create(device, { ...everything, url: silent.url })
    await tell(impatient, device, 1, 1)
    await until(async () => (await states(impatient, device, webhook.id))[0]?.attempts === 1)
    const [first] = await states(impatient, device, webhook.id)
    assert.deepEqual([first?.state, first?.status, first?.error], ['pending', null, 'no answer in time'])
  })

  it('reads no more of an answer than it must, and follows no redirect', async () => {
    const device = await world.device()
    const [endless, moved, target] = [await world.receiver(), await world.receiver(), await world.receiver()]
    endless.answer = (_request, response) => {
      const flood = () => response.destroyed || response.write(Buffer.alloc(16_384, 'x'), () => setImmediate(flood))
      response.writeHead(200)
      flood()
    }
    moved.answer = (_request, response) => response.writeHead(302, { location: target.url }).end()
    const ids: number[] = []
    for (const { url } of [endless, moved]) {
      ids.push((await world.webhooks.create(device, { ...everything, url })).webhook.id)
    }
    await tell(world, device, 1, 1)
    await until(async () => {
      const all = await Promise.all(ids.map((id) => states(world, device, id)))
      return all.every(([first]) => first?.attempts === 1)
    })
    const [first, second_] = await Promise.all(
      ids.map(async (id) => (await world.webhooks.logs(device, id, { limit: 1 }))[0]!),
    )
    assert.deepEqual([first?.state, first?.response], ['success', 'x'.repeat(1024)])
    assert.deepEqual([second_?.state, second_?.error], ['pending', 'HTTP 302'])
    assert.equal(target.received.length, 0)
  })

  it('does not let a slow endpoint of one tenant delay another', async () => {
    const slow = await world.receiver()
    let [underWay, most] = [0, 0]
    slow.answer = (_request, response) => {
      most = Math.max(most, ++underWay)
      response.on('close', () => underWay--)
    }
    const tenant = (await insertSampleDevice(world.database)).apiKeyId
    for (let n = 0; n < 40; n++) {
      const device = await world.device(tenant)
      await world.webhooks.create(device, { ...everything, url: `${slow.url}/${n}` })
      await tell(world, device, 1, 3)
    }
    await slow.waitFor(32)
    const device = await world.device()
    const quick = await world.receiver()
    await world.webhooks.create(device, { ...everything, url: quick.url })
    await tell(world, device, 1, 50)
    await quick.waitFor(50)
    assert.equal(most, 32, 'no more than 32 of one tenant are under way')
  })

  it('calls one URL for several devices at most eight times at once, pauses it for all, and lets all go on when one gets through', async () => {
    const shared = await world.receiver()
    let [atOnce, most] = [0, 0]
    let broken = true
    shared.answer = (_request, response) => {
      most = Math.max(most, ++atOnce)
      setTimeout(() => {
        atOnce--
        response.writeHead(broken ? 500 : 204).end()
      }, 20)
    }
    const tenant = (await insertSampleDevice(world.database)).apiKeyId
    const devices = await Promise.all(Array.from({ length: 30 }, () => world.device(tenant)))
    for (const device of devices) await world.webhooks.create(device, { ...everything, url: shared.url })
    await Promise.all(devices.map((device) => tell(world, device, 1, 1)))
    await shared.waitFor(5)
    await until(async () => atOnce === 0)
    const untilPaused = shared.received.length
    assert.ok(untilPaused <= 12, `${untilPaused} requests reached a broken endpoint`)
    assert.ok(most <= 8)
    broken = false
    world.clock.pass(5 * second)
    await shared.waitFor(untilPaused + 30)
    assert.deepEqual(
      shared.received
        .slice(untilPaused)
        .map(({ body }) => body.device_id)
        .sort(),
      [...devices].sort(),
    )
    assert.ok(most <= 8)
  })

  it('goes on after a restart where it stopped', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    receiver.answer = (_request, response) => response.writeHead(500).end()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    await tell(world, device, 1, 3)
    await until(async () => (await states(world, device, webhook.id))[2]?.attempts === 1)
    await world.restart()
    receiver.answer = (_request, response) => response.writeHead(204).end()
    assert.equal(receiver.received.length, 1)
    world.clock.pass(5 * second)
    await receiver.waitFor(4)
    assert.deepEqual(numbers(receiver), [1, 1, 2, 3])
  })

  it('floods nobody while results cannot be stored, and goes on when they can', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    world.diskFull = true
    await tell(world, device, 1, 3)
    // A refusal puts the next attempt off by a second of this clock, which stands still: on a slow machine before all three were made.
    await until(async () => world.refused > 0)
    const before = receiver.received.length
    let seconds = 0
    await until(async () => {
      world.clock.pass(second)
      seconds++
      return receiver.received.length > before
    })
    assert.ok(receiver.received.length <= before + seconds + 1, 'one a second, beside one that was under way')
    world.diskFull = false
    await until(async () => {
      world.clock.pass(second)
      return (await states(world, device, webhook.id)).every(({ state }) => state === 'success')
    })
    assert.deepEqual([...new Set(numbers(receiver))], [1, 2, 3])
    assert.match(world.errors.splice(0).join(), /^the database failed during a webhook delivery/)
  })

  it('keeps to the number of webhooks a device may have, also when asked all at once', async () => {
    const device = await world.device()
    const attempts = await Promise.allSettled(
      Array.from({ length: 12 }, () => world.webhooks.create(device, { ...everything, url: 'http://127.0.0.1:9/' })),
    )
    assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 5)
    const codes = attempts.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    assert.deepEqual(new Set(codes), new Set(['webhook_limit_reached']))
  })

  it('changes only what it is told to change, and forgets what it is told to forget', async () => {
    const device = await world.device()
    const { webhook } = await world.webhooks.create(device, {
      url: 'http://127.0.0.1:9/',
      events: ['message.read'],
      active: true,
    })
    const changed = await world.webhooks.update(device, webhook.id, { url: 'http://127.0.0.1:9/two' })
    assert.deepEqual([changed.active, changed.events, changed.url], [true, ['message.read'], 'http://127.0.0.1:9/two'])
    assert.deepEqual((await world.webhooks.update(device, webhook.id, { events: [] })).events, [])
    await world.webhooks.remove(device, webhook.id)
    assert.deepEqual(await world.webhooks.list(device), [])
    const gone = { code: 'webhook_not_found' }
    await assert.rejects(world.webhooks.get(device, webhook.id), gone)
    await assert.rejects(world.webhooks.remove(device, webhook.id), gone)
    await assert.rejects(world.webhooks.update(device, webhook.id, { active: true }), gone)
  })

  it('does not know the webhooks of another device', async () => {
    const [ours, theirs] = [await world.device(), await world.device()]
    const { webhook } = await world.webhooks.create(theirs, { ...everything, url: 'http://127.0.0.1:9/' })
    const calls = await Promise.allSettled([
      world.webhooks.get(ours, webhook.id),
      world.webhooks.update(ours, webhook.id, { active: false }),
      world.webhooks.remove(ours, webhook.id),
      world.webhooks.logs(ours, webhook.id, { limit: 1 }),
      world.webhooks.test(ours, webhook.id),
      world.webhooks.rotateSecret(ours, webhook.id),
      world.webhooks.redeliver(ours, webhook.id, 'evt_1'),
      world.webhooks.redeliverDead(ours, webhook.id),
      world.webhooks.replay(ours, webhook.id, { from: 1, to: 2 }),
    ])
    assert.deepEqual(
      calls.map((call) => call.status === 'rejected' && call.reason.code),
      calls.map(() => 'webhook_not_found'),
    )
    assert.equal((await world.webhooks.get(theirs, webhook.id)).active, true)
  })

  it('counts what became of deliveries', async () => {
    const totals = await world.webhooks.totals()
    assert.ok(totals.webhooks.total >= totals.webhooks.active && totals.webhooks.active > 10)
    assert.ok(totals.deliveries.success > 1000 && totals.deliveries.pending > 0)
  })

  it('tells how soon a receiver hears of an event', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    await world.webhooks.create(device, { ...everything, url: receiver.url })
    for (let n = 0; n < 100; n++) {
      void world.eventLog.append(device, [{ type: 'message.received', payload: { at: Date.now() } }])
      await sleep(10)
    }
    await receiver.waitFor(100)
    const waits = receiver.received.map(({ at, body }) => at - body.data.at).sort((a, b) => a - b)
    console.log(`event to receiver at 100/s: p50 ${waits[50]} ms, p99 ${waits[98]} ms`)
  })
})

/** Which of the signatures in `webhook-signature` are right for a secret; after the Standard Webhooks specification, apart from our own code. */
function standardSignatures(
  headers: Record<string, string | string[] | undefined>,
  raw: Buffer,
  secret: string,
): boolean[] {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), raw])
  const right = createHmac('sha256', key).update(signed).digest('base64')
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => signature === `v1,${right}`)
}
