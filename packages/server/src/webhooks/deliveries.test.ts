import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { createEventLog } from '../eventlog/create-event-log.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { everything, numbers, openWorld, states, tell, until, type World } from './testing-world.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

describe('deliveries of webhooks', { timeout: 120_000 }, () => {
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

  it('delivers only what the filter names', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    await world.webhooks.create(device, { url: receiver.url, events: ['message.read', 'message.played'], active: true })
    await tell(world, device, 1, 3)
    await world.eventLog.append(device, [{ type: 'message.played', payload: { n: 4 } }])
    await receiver.waitFor(1)
    assert.deepEqual(numbers(receiver), [4])
  })

  it('delivers pairing codes only where the filter names them', async () => {
    const device = await world.device()
    const [all, named] = [await world.receiver(), await world.receiver()]
    const { webhook } = await world.webhooks.create(device, { ...everything, url: all.url })
    await world.webhooks.create(device, { url: named.url, events: ['connection.qr'], active: true })
    await world.eventLog.append(device, [{ type: 'connection.qr', payload: { n: 1 } }])
    await tell(world, device, 2, 2)
    await Promise.all([all.waitFor(1), named.waitFor(1)])
    assert.deepEqual([numbers(all), numbers(named)], [[2], [1]])
    assert.equal(await world.webhooks.replay(device, webhook.id, { deviceId: device, from: 1, to: 2 }), 1)
  })

  it('replays a range of the log, also what was said before the webhook existed', async () => {
    const device = await world.device()
    const receiver = await world.receiver()
    await tell(world, device, 1, 5)
    const { webhook } = await world.webhooks.create(device, { ...everything, url: receiver.url })
    assert.equal(await world.webhooks.replay(device, webhook.id, { deviceId: device, from: 2, to: 4 }), 3)
    await receiver.waitFor(3)
    assert.deepEqual(numbers(receiver), [2, 3, 4])
  })

  it('delivers again what was asked for again while its delivery was under way, whatever its outcome', async () => {
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
      assert.equal(await world.webhooks.replay(device, webhook.id, { deviceId: device, from: 1, to: 2 }), 2)
      answer()
      await receiver.waitFor(3)
      await until(async () => (await states(world, device, webhook.id)).every(({ state }) => state === 'success'))
      assert.deepEqual(numbers(receiver), [1, 1, 2], `answered ${status}`)
    }
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

  it('continues after a restart where it stopped', async () => {
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
