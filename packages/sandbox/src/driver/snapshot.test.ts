import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { toJson } from '../phone/json-bytes.ts'
import { Sandbox } from '../start-sandbox.ts'
import { deviceName } from '../world/address.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { captureWorld } from '../world/state/world-state.ts'
import { StockClient } from './testing/stock-client.ts'

// The library announces closed sessions on the console.
console.info = () => {}

const worlds: Sandbox[] = []
const clients: StockClient[] = []

async function start(options: Parameters<typeof Sandbox.start>[0] = {}): Promise<Sandbox> {
  const world = await Sandbox.start(options)
  worlds.push(world)
  return world
}

async function linked(world: Sandbox, name: string) {
  const phone = await world.phone({ name })
  const client = new StockClient(world)
  clients.push(client)
  await client.link(phone)
  await client.until('creds.update', (update) => (update.accountSyncCounter ?? 0) > 0)
  return { phone, client }
}

/** The client comes to another place of the same world. */
async function move(client: StockClient, to: Sandbox): Promise<void> {
  await client.close()
  client.world = { socket_url: to.socketUrl, root_key_hex: to.rootKeyHex }
  client.events.length = 0
  await client.connect()
}

describe('a snapshot', () => {
  after(async () => {
    for (const client of clients) await client.close()
    for (const world of worlds) await world.stop()
  })

  it('holds everything: what is captured again after restoring is the same', async () => {
    const world = await start({ seed: 5, clock: new ManualClock() })
    const { phone: ana } = await linked(world, 'Ana')
    const bob = await world.phone({ name: 'Bob', persona: 'reads' })
    const group = await ana.groups.create({ subject: 'Walkers', participants: [bob.jid] })
    await group.send({ text: 'who walks?' })
    await bob.until.message((message) => message.text === 'who walks?')
    await ana.send(bob.jid, { text: 'you?' })
    await ana.until.receipt({ type: 'read' })
    world.world.media.put('image', new Uint8Array([1, 2, 3]), ana.account.lid)
    const channel = await ana.channels.create({ name: 'News' })
    await bob.channels.follow(channel.jid)
    await ana.status.post({ text: 'at the lake' })
    await ana.calls.offer(bob.jid)
    await world.fault.apply({ device: bob.jid, action: { kind: 'reach-out-timelock', seconds: 60 } })
    world.fault.next(ana.devices()[0]!, 'message', { drop: true })
    await world.world.router.submit(bob.device, { tag: 'iq', attrs: { id: '1', xmlns: 'never:heard', type: 'get' } })
    for (const client of clients) await client.close()
    await world.world.log.until((event) => event.type === 'disconnected')
    const captured = captureWorld(world.world)
    const again = await start({ snapshot: world.snapshot(), clock: new ManualClock() })
    const restored = captureWorld(again.world)
    assert.deepEqual(Object.keys(restored.parts), Object.keys(captured.parts))
    assert.deepEqual(restored, captured)
    const held = ['groups', 'newsletters', 'calls', 'media', 'faults', 'unhandled']
    const text = (part: string): string => JSON.stringify(captured.parts[part])
    assert.ok(
      held.every((part) => text(part).length > 40),
      'every area had something to keep',
    )
    // The phones' side: the same chats, app-state records and linked devices.
    for (const phone of world.phones()) {
      const twin = again.findPhone(phone.id)!
      assert.equal(toJson(twin.messages()), toJson(phone.messages()))
      assert.deepEqual(
        twin.devices().map(({ id }) => id),
        phone.devices().map(({ id }) => id),
      )
    }
  })

  it('lets a linked client go on in another process of the same world, with its sessions and what waited for it', async () => {
    const world = await start({ seed: 6 })
    const { phone: ana, client } = await linked(world, 'Ana')
    const bob = await world.phone({ name: 'Bob' })
    await client.sendText(bob.jid, 'before')
    await bob.until.message((message) => message.text === 'before')
    await client.close()
    await world.world.log.until(
      (event) => event.type === 'disconnected' && event.data['device'] === deviceName(ana.devices()[0]!),
    )
    await bob.send(ana.jid, { text: 'while away' })
    const snapshot = world.snapshot()
    await world.stop()
    const again = await start({ snapshot })
    assert.equal(again.rootKeyHex, world.rootKeyHex)
    await move(client, again)
    await client.untilText('while away')
    const bobAgain = again.findPhone(bob.id)!
    assert.deepEqual(
      bobAgain.messages(ana.jid).map(({ text }) => text),
      ['before', 'while away'],
    )
    await bobAgain.send(ana.jid, { text: 'after' })
    await client.untilText('after')
    const id = await client.sendText(bob.jid, 'and back')
    await bobAgain.until.message((message) => message.id === id)
    assert.deepEqual([...bobAgain.violations, ...again.unhandled], [])
  })

  it('takes a running world back: what happened since never did', async () => {
    const world = await start({ seed: 7 })
    const { phone: ana, client } = await linked(world, 'Ana')
    const off = await world.phone({ name: 'Off' })
    await off.disconnect()
    const cursor = world.world.log.cursor
    const snapshot = world.snapshot()
    const late = await world.phone({ name: 'Late' })
    ana.unlink(1)
    await client.untilClosed(401)
    await world.restore(snapshot)
    assert.equal(world.findPhone(late.id), undefined)
    assert.deepEqual([world.findPhone(off.id)?.connected, world.findPhone(ana.id)?.connected], [false, true])
    await move(client, world)
    const restored = world.findPhone(ana.id)!
    assert.deepEqual(
      restored.devices().map(({ id }) => id),
      [1],
    )
    const again = await world.phone({ name: 'Again' })
    await again.send(ana.jid, { text: 'welcome back' })
    await client.untilText('welcome back')
    assert.ok(
      world.world.log.since(cursor).some((event) => event.type === 'restored'),
      'the log continues',
    )
  })

  it('replaces what a directory holds, for good', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    const source = await start({ seed: 8 })
    const ana = await source.phone({ name: 'Ana' })
    await ana.disconnect()
    const bob = await source.phone({ name: 'Bob' })
    await bob.groups.create({ subject: 'Keepers', participants: [ana.jid] })
    await bob.send(ana.jid, { text: 'kept' })
    const first = await start({ dataDir })
    const gone = await first.phone({ name: 'Gone' })
    await first.restore(source.snapshot())
    await first.stop()
    const second = await start({ dataDir })
    assert.equal(second.findPhone(gone.id), undefined)
    assert.equal(second.rootKeyHex, source.rootKeyHex)
    assert.deepEqual(
      second.world.groups.list().map(({ subject }) => subject.text),
      ['Keepers'],
    )
    await second.findPhone(ana.id)!.until.message((message) => message.text === 'kept')
    await second.stop()
    rmSync(dataDir, { recursive: true })
  })

  it('refuses what cannot be kept, so that no area is forgotten', async () => {
    const world = await start()
    const careless = world.world as unknown as Record<string, unknown>
    class Hidden {
      readonly #state = 1
      get state(): number {
        return this.#state
      }
    }
    careless['later'] = new Hidden()
    assert.throws(() => world.snapshot(), /world\.later: Hidden has private fields/)
    careless['later'] = { task: () => {} }
    assert.throws(() => world.snapshot(), /world\.later\.task: a function cannot be kept/)
    careless['later'] = { people: new Map([['x', new Set([1])]]), bytes: new Uint8Array([7]), big: 2n }
    assert.ok(world.snapshot().length > 0)
    await assert.rejects(world.restore(new Uint8Array([1, 2, 3])), /not a snapshot/)
    const without = await start({ snapshots: false })
    assert.throws(() => without.snapshot(), /without snapshots/)
  })
})
