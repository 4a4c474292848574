import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { EngineError, type Logger, SendError, silentLogger, type ThreadEndCause } from '@switchboard/engine'
import { type ContractDevice, linked, newHost, open, reopen, sendText } from '@switchboard/engine/contract'
import type { ShardOptions } from '@switchboard/engine/shards'
import { type ShardedHarness, shardedHarness } from './testing/sharded-harness.ts'

const certain = (certainty: SendError['certainty']) => (error: unknown) =>
  error instanceof SendError && error.certainty === certainty

const rests = (error: unknown) =>
  error instanceof EngineError && error.code === 'closed' && /crashed several times/.test(error.message)

/** Opens what is refused while its thread rests. */
async function patiently<Opened>(opening: () => Promise<Opened>): Promise<Opened> {
  for (;;) {
    try {
      return await opening()
    } catch (error) {
      assert.ok(rests(error), String(error))
      await sleep(50)
    }
  }
}

/** Sends a text and sees it at a new friend. */
async function talks(harness: ShardedHarness, device: ContractDevice): Promise<void> {
  const friend = await harness.phone('Friend')
  await (await sendText(harness, device, friend.jid, 'hi')).ack
  await friend.shows('hi')
}

/** Resolves when the device is told that its connection was lost. */
async function lost({ host }: ContractDevice, before: number): Promise<void> {
  const state = await host.untilFinal(before)
  assert.deepEqual([state.name, state.reason], ['closed', 'connection_lost'])
  assert.match(state.detail!, /^the thread of the session ended: /)
}

describe('an engine in threads', () => {
  let harness: ShardedHarness
  let devices: ContractDevice[]
  before(async () => {
    harness = await shardedHarness()
    devices = []
    for (const name of ['Ada', 'Ben', 'Cleo', 'Dan']) devices.push(await linked(harness, name))
  })
  after(async () => {
    await harness.engine.close()
    await harness.close()
  })

  /** Opens those again that are not open. */
  async function comeBack(): Promise<void> {
    const back = devices.map(async (device) => {
      if (device.session.state.name === 'open') return device
      return { ...device, session: await patiently(() => reopen(harness, device.host)) }
    })
    devices = await Promise.all(back)
  }

  it('ends the sessions of a thread that ends, and no others; they come back in a fresh one', async () => {
    assert.equal(harness.engine.threads?.().running, 2)
    const [worker] = harness.workers
    const counts = devices.map(({ host }) => host.states.length)
    await worker!.terminate()
    const gone = devices.filter(({ session }) => session.state.name !== 'open')
    assert.equal(gone.length, 2)
    for (const [place, device] of devices.entries()) {
      if (!gone.includes(device)) {
        await talks(harness, device)
        continue
      }
      await lost(device, counts[place]!)
      await assert.rejects(sendText(harness, device, device.phone.jid, 'too late'), certain('not_sent'))
      await assert.rejects(device.session.use('groups').list(), { code: 'not_connected' })
      await device.session.close()
    }
    await comeBack()
    const { running, ended } = harness.engine.threads!()
    assert.deepEqual([running, ended.exit], [2, 1])
    for (const device of devices) await talks(harness, device)
  })

  it('does not know what became of a send when its thread ends; sent again under its id it arrives once', async () => {
    const bob = await harness.sandbox.phone({ name: 'Bob' })
    const [device] = devices
    const outgoing = (text: string) => {
      const message = harness.engine.compose({ type: 'text', text }, { chat: bob.jid, now: Date.now() })
      return { id: harness.engine.newMessageId(), chat: bob.jid, message }
    }
    const [written, underWay] = [outgoing('written'), outgoing('under way')]
    harness.sandbox.fault.next(device!.jid, 'message', { drop: true, direction: 'in' })
    const { ack } = await device!.session.use('messaging').send(written)
    const before = device!.host.states.length
    const sending = device!.session.use('messaging').send(underWay)
    const listing = device!.session.use('groups').list()
    const refused = [
      assert.rejects(ack, certain('unknown')),
      assert.rejects(sending, certain('unknown')),
      assert.rejects(listing, { code: 'closed' }),
    ]
    await Promise.all([...refused, ...[...harness.workers].map((worker) => worker.terminate())])
    await lost(device!, before)
    await comeBack()
    for (const each of [written, underWay]) await (await devices[0]!.session.use('messaging').send(each)).ack
    for (const { id } of [written, underWay]) await bob.until.message((message) => message.id === id)
    assert.deepEqual(
      bob.messages().map(({ text }) => text),
      ['written', 'under way'],
    )
  })

  it('opens a device again only when what came in before is stored, and then takes it no second time', async () => {
    const bob = await harness.phone('Bob')
    const { host, phone, jid } = devices[1]!
    const states = host.states.length
    const receive = host.receive.bind(host)
    host.receive = async (item, writes) => {
      if (item.kind === 'message') {
        host.receive = receive
        await Promise.all([...harness.workers].map((worker) => worker.terminate()))
        assert.equal(host.states.length, states, 'it was told before all was stored')
      }
      await receive(item, writes)
    }
    await bob.send(phone.jid, 'taken once')
    await lost(devices[1]!, states)
    assert.deepEqual(host.texts(), ['taken once'])
    await comeBack()
    await bob.send(phone.jid, 'afterwards')
    await host.untilText('afterwards')
    await harness.nothingWaits(jid)
    assert.deepEqual(host.texts(), ['taken once', 'afterwards'])
    assert.ok(host.items.every(({ kind }) => kind !== 'undecryptable'))
  })

  it('stops a download that is not wanted any more', async () => {
    const bob = await harness.phone('Bob')
    const { host, session, phone } = devices[2]!
    const { id } = await bob.media.send(phone.jid, 'document', randomBytes(5_000_000))
    const { message } = await host.untilItem('message', (item) => item.id === id)
    const file = harness.engine.files(message).file!
    const stop = new AbortController()
    await assert.rejects(async () => {
      for await (const _ of await session.use('downloads').fetch(file, { signal: stop.signal })) stop.abort()
    })
    await assert.rejects(session.use('downloads').fetch(file, { signal: AbortSignal.abort() }))
    for await (const chunk of await session.use('downloads').fetch(file)) {
      assert.ok(chunk.length < 5_000_000)
      break
    }
    await session.ping(5_000)
  })

  it('refuses what cannot be given to another thread, and nothing with it', async () => {
    const messaging = devices[3]!.session.use('messaging')
    const odd = { chat: devices[3]!.phone.jid, messageIds: [(() => 'x') as unknown as string] }
    const [refused, taken] = await Promise.allSettled([messaging.markRead(odd), devices[3]!.session.ping(5_000)])
    assert.match(String(refused.status === 'rejected' && refused.reason), /a function cannot be given/)
    assert.equal(taken.status, 'fulfilled')
  })
})

describe('an engine that starts threads as sessions come', () => {
  it('keeps the first ones in its own thread, and moves nobody', async (test) => {
    const harness = await shardedHarness({ most: 2, sessionsEach: 2 })
    test.after(async () => {
      await harness.engine.close()
      await harness.close()
    })
    const devices: ContractDevice[] = []
    const threads: number[] = []
    for (const name of ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve']) {
      devices.push(await linked(harness, name))
      threads.push(harness.workers.size)
    }
    assert.deepEqual(threads, [0, 0, 1, 1, 2])
    for (const worker of [...harness.workers]) await worker.terminate()
    const open = devices.map(({ session }) => session.state.name === 'open')
    assert.deepEqual(open, [true, true, false, false, false])
    await talks(harness, devices[0]!)
  })
})

describe('a thread of an engine', () => {
  const entry = new URL('./testing/faulty-thread.ts', import.meta.url)
  const own = async (test: TestContext, options: Partial<ShardOptions>): Promise<ShardedHarness> => {
    const harness = await shardedHarness({ entry, ...options })
    test.after(async () => {
      await harness.engine.close()
      await harness.close()
    })
    return harness
  }

  const causes: Record<string, ThreadEndCause> = {
    throws: 'error',
    exits: 'exit',
    hoards: 'memory',
    loops: 'standstill',
  }

  for (const [fault, cause] of Object.entries(causes)) {
    it(`that ${fault} ends its own sessions only, and says why`, async (test) => {
      const lines: { fields: Record<string, unknown>; message: string }[] = []
      const logger: Logger = {
        ...silentLogger,
        error: (fields, message) => lines.push({ fields: fields as Record<string, unknown>, message }),
      }
      const resourceLimits = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 }
      const harness = await own(test, { logger, resourceLimits, ...(fault === 'loops' && { standstillMs: 6_000 }) })
      const devices = [await linked(harness, 'Ada'), await linked(harness, 'Ben')]
      const counts = devices.map(({ host }) => host.states.length)
      const culprit = newHost()
      await open(harness, culprit, { clientName: fault })
      assert.equal((await culprit.untilState('closed')).reason, 'connection_lost')
      const gone = devices.findIndex(({ session }) => session.state.name !== 'open')
      assert.ok(gone >= 0)
      await lost(devices[gone]!, counts[gone]!)
      const other = devices[1 - gone]!
      assert.equal(other.session.state.name, 'open')
      await talks(harness, other)
      assert.deepEqual(harness.engine.threads?.().ended, { error: 0, memory: 0, exit: 0, standstill: 0, [cause]: 1 })
      const line = lines.find(({ message }) => message.startsWith('the thread of some sessions ended'))
      assert.deepEqual([line?.fields['cause'], line?.fields['sessions']], [cause, 2])
      if (cause === 'error') assert.match(String(line?.fields['err']), /a fault that nothing catches/)
      const back = { ...devices[gone]!, session: await reopen(harness, devices[gone]!.host) }
      await talks(harness, back)
    })
  }

  it('writes its log through the one who started it', async (test) => {
    const lines: unknown[] = []
    const logger: Logger = {
      ...silentLogger,
      warn: (fields, message) => lines.push({ ...fields, message }),
      info: (_fields, message) => lines.push(message),
    }
    const harness = await own(test, { logger })
    const { host, phone } = await linked(harness, 'Ada')
    const states = host.states.length
    host.refuse = (item) => item.kind === 'message'
    await (await harness.phone('Bob')).send(phone.jid, 'refused')
    await host.untilFinal(states)
    assert.deepEqual(lines, [
      {
        ...{ device: 'contract', error: 'NotStoredError: the store refused', cause: 'Error: the item was refused' },
        message: 'an incoming item could not be stored',
      },
    ])
  })

  it('rests when it crashes again and again, and is started after that', async (test) => {
    const harness = await own(test, { most: 1 })
    for (let crash = 0; crash < 2; crash++) {
      const host = newHost()
      await open(harness, host, { clientName: 'exits' })
      await host.untilState('closed')
    }
    await assert.rejects(open(harness, newHost()), rests)
    const host = newHost()
    await patiently(() => open(harness, host))
    await host.untilState('pairing')
  })

  it('is ended with the engine also when it stands still', async (test) => {
    const harness = await own(test, { most: 1 })
    const host = newHost()
    await open(harness, host, { clientName: 'loops' })
    await sleep(200)
    await harness.engine.close()
    assert.equal(harness.workers.size, 0)
  })
})
