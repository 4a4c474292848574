import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Device } from '../world/account.ts'
import { World } from '../world/world.ts'
import { SandboxServer } from './sandbox-server.ts'
import { serveWorld } from './serve-world.ts'
import { BarePhone } from './testing/bare-phone.ts'
import { type LinkedClient, linkedClient } from './testing/linked-client.ts'
import { StockClient, statusOf } from './testing/stock-client.ts'

describe('the life of a session', () => {
  const world = serveWorld(new World({ seed: 11 }))
  let server: SandboxServer
  let ana: LinkedClient
  const extra: StockClient[] = []

  before(async () => {
    server = await SandboxServer.start(world)
    ana = await linkedClient(world, server.url, 'Ana')
  })

  afterEach(() => {
    for (const client of extra.splice(0)) client.close()
  })

  after(async () => {
    ana.client.close()
    await server.close()
  })

  /** The status with which the client's connection closes. */
  async function closing(client: StockClient): Promise<number | undefined> {
    return statusOf(await client.connection((update) => update.connection === 'close'))
  }

  it('ends the older of two sockets with conflict', async () => {
    const twin = new StockClient(world, server.url)
    Object.assign(twin.state.creds, ana.client.state.creds)
    extra.push(twin)
    ana.client.events.length = 0
    twin.connect()
    assert.equal(await closing(ana.client), 440)
    await twin.connection((update) => update.connection === 'open')
    assert.ok(world.streams.has(ana.device), 'the successor stays')
  })

  it('ends with the code that it is told', async () => {
    for (const code of [503, 515, 411]) {
      await ana.client.reopen()
      assert.ok(world.disconnect(ana.device, { kind: 'code', code }))
      assert.equal(await closing(ana.client), code)
    }
  })

  it('answers a login with the failure that it is told, once each', async () => {
    world.faults.failLogins(
      ana.device,
      { reason: 402, expireSeconds: 3600, code: 101 },
      { reason: 403 },
      { reason: 405 },
      { reason: 503 },
    )
    for (const reason of [402, 403, 405, 503]) {
      ana.client.events.length = 0
      ana.client.connect()
      const update = await ana.client.connection(({ connection }) => connection === 'close')
      assert.equal(statusOf(update), reason)
    }
    await ana.client.reopen()
  })

  it('refuses a device that does not prove its Noise key', async () => {
    const thief = new StockClient(world, server.url)
    extra.push(thief)
    thief.state.creds.me = { ...ana.client.state.creds.me! }
    thief.connect()
    assert.equal(await closing(thief), 401)
  })

  it('removes a device that logs out, and tells the phone and those who know the person', async () => {
    const ben = new BarePhone(world, 'Ben')
    world.account(ana.phone.account.lid)!.peers.add(ben.account)
    await ana.client.socket!.logout()
    await world.log.until((event) => event.type === 'device.removed')
    assert.equal(ana.phone.account.devices.has(1), false)
    const own = ana.phone.received.findLast((entry) => entry.node.attrs['type'] === 'account_sync')
    const peer = ben.received.findLast((entry) => entry.node.attrs['type'] === 'devices')
    assert.ok(own && peer)
    ana.client.events.length = 0
    ana.client.connect()
    assert.equal(await closing(ana.client), 401)
  })

  it('ends with device_removed when the phone unlinks it', async () => {
    const carl = await linkedClient(world, server.url, 'Carl')
    extra.push(carl.client)
    carl.client.events.length = 0
    world.removeDevice(carl.device, 'unlinked by the phone')
    assert.equal(await closing(carl.client), 401)
  })

  it('never gives a companion number twice', async () => {
    const dora = new BarePhone(world, 'Dora')
    const first = await linkedClient(world, server.url, 'Dora', dora)
    extra.push(first.client)
    world.removeDevice(first.device, 'test')
    const second = await linkedClient(world, server.url, 'Dora', dora)
    extra.push(second.client)
    assert.equal(second.device.id, 2)
    const tellAll = (device: Device) => device.mailbox.entries().map((entry) => entry.node.attrs['type'])
    assert.ok(tellAll(dora.device).includes('account_sync'))
  })
})
