import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { DeliveryFormat } from './delivery-format.ts'
import { openWorld, states, tell, until, type World } from './testing-world.ts'

interface Options {
  readonly every: number
}

/** Wants one of so many events, and says less of it. */
const sparse: DeliveryFormat<Options> = {
  wants: ({ data }, { every }) => Number(data['n']) % every === 0,
  form: ({ data }, { secret }) => ({
    body: { number: data['n'] },
    suffix: '/sparse',
    headers: (body) => ({ 'x-proof': createHmac('sha512', secret).update(body).digest('hex') }),
  }),
}

describe('a webhook with a form of its own', { timeout: 120_000 }, () => {
  let world: World
  before(async () => {
    world = await openWorld({ formats: { sparse: async () => sparse } })
  })
  after(async () => {
    await world.close()
    assert.deepEqual(world.errors, [])
  })

  const prepared = async (every: number) => {
    const [device, receiver] = [await world.device(), await world.receiver()]
    const register = async (what: { every: number; secret?: string }) => {
      const { secret, ...options } = what
      const wanted = { url: `${receiver.url}?at=1`, events: [], active: true, secret, options }
      await world.webhooks.register(device, 'sparse', ([known]) => [{ ...wanted, former: known?.id }])
    }
    await register({ every, secret: 'theirs' })
    const [webhook] = await world.webhooks.formed(device, 'sparse')
    const came = () => receiver.received.map(({ body }) => body.number)
    return { device, receiver, id: webhook!.id, came, register }
  }

  it('gets what means something in that form, in order, and nothing else', async () => {
    const { device, receiver, id, came } = await prepared(3)
    await tell(world, device, 1, 200)
    await until(async () => came().length === 66)
    assert.deepEqual(
      came(),
      Array.from({ length: 66 }, (_, index) => 3 * (index + 1)),
    )
    const [first] = receiver.received
    assert.equal(first!.path, '/hook/sparse?at=1')
    assert.equal(first!.headers['x-proof'], createHmac('sha512', 'theirs').update(first!.raw).digest('hex'))
    assert.equal(first!.headers['webhook-signature'], undefined)
    const log = await states(world, device, id)
    assert.ok(log.every(({ state, attempts }) => state === 'success' && attempts === 1))
    await world.restart()
    await tell(world, device, 201, 210)
    await until(async () => came().includes(210))
    // Only the last second may come again after a crash; this was none.
    assert.deepEqual(came().slice(66), [201, 204, 207, 210])
  })

  it('is not taken to work because of what was passed over', async () => {
    const { device, receiver, id, came } = await prepared(10)
    receiver.answer = (_request, response) => response.writeHead(500).end()
    await tell(world, device, 1, 19)
    // The only event that is sent fails; the nine behind it say nothing of the endpoint.
    await until(async () => {
      world.clock.pass(1000)
      return came().length > 4
    })
    assert.deepEqual(new Set(came()), new Set([10]))
    assert.ok((await states(world, device, id)).every(({ state }) => state === 'pending'))
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await tell(world, device, 20, 21)
    await world.webhooks.resume(device, id)
    await until(async () => came().at(-1) === 20)
    const log = await states(world, device, id)
    assert.deepEqual(
      log.map(({ seq, state }) => [seq, state]),
      [
        [20, 'success'],
        [10, 'success'],
      ],
    )
  })

  it('keeps what waits for it when what it needs to know changes', async () => {
    const { device, receiver, id, came, register } = await prepared(2)
    receiver.answer = (_request, response) => response.writeHead(503).end()
    await tell(world, device, 1, 4)
    await until(async () => came().length > 0)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    receiver.received.length = 0
    await register({ every: 4, secret: 'newer' })
    await until(async () => came().includes(4))
    assert.deepEqual(came(), [4])
    const { headers, raw } = receiver.received[0]!
    assert.equal(headers['x-proof'], createHmac('sha512', 'newer').update(raw).digest('hex'))
    const [shown] = await world.webhooks.formed(device, 'sparse')
    assert.deepEqual([shown?.options, shown?.secret, shown?.id], [{ every: 4 }, 'newer', id])
    assert.deepEqual(await world.webhooks.formed(device, 'other'), [])
  })

  it('is as one of many registrations at the same moment wants it', async () => {
    const { device, receiver, id } = await prepared(2)
    const wishes = [1, 2, 3, 4, 5, 6].map((every) =>
      world.webhooks.register(device, 'sparse', (known) =>
        [0, every].map((more, index) => ({
          ...{ former: known[index]?.id, url: `${receiver.url}/${every}`, events: [], active: true, secret: undefined },
          options: { every: every + more },
        })),
      ),
    )
    await Promise.all(wishes)
    const found = await world.webhooks.formed(device, 'sparse')
    assert.equal(found.length, 2)
    assert.deepEqual([found[0]!.id, found[0]!.url, found[0]!.secret], [id, found[1]!.url, 'theirs'])
  })

  it('is not changed by a registration of which a part is refused', async () => {
    const { device, receiver } = await prepared(2)
    const before = await world.webhooks.formed(device, 'sparse')
    const wanted = { former: before[0]!.id, url: receiver.url, events: [], active: true, secret: 'newer', options: {} }
    for (const [code, wrong] of [
      ['invalid_webhook_url', [{ ...wanted, former: undefined, url: 'ftp://example.com/' }]],
      ['invalid_request', [{ ...wanted, former: undefined, secret: '' }]],
      ['webhook_limit_reached', Array.from({ length: 5 }, () => ({ ...wanted, former: undefined }))],
    ] as const) {
      await assert.rejects(
        world.webhooks.register(device, 'sparse', () => [wanted, ...wrong]),
        { code },
      )
      assert.deepEqual(await world.webhooks.formed(device, 'sparse'), before)
    }
  })
})
