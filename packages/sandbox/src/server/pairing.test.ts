import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { World } from '../world/world.ts'
import { SandboxServer } from './sandbox-server.ts'
import { serveWorld } from './serve-world.ts'
import { BarePhone } from './testing/bare-phone.ts'
import { StockClient, statusOf } from './testing/stock-client.ts'

describe('a stock client', () => {
  const world = serveWorld(new World({ seed: 7 }))
  const phone = new BarePhone(world, 'Ana')
  let server: SandboxServer
  let client: StockClient

  before(async () => {
    server = await SandboxServer.start(world)
    client = new StockClient(world, server.url)
  })

  after(async () => {
    client.close()
    await server.close()
  })

  it('shows a QR code, is linked by a phone and is restarted with 515', async () => {
    client.connect()
    const device = await phone.scan(await client.qr())
    const end = await client.connection((update) => update.connection === 'close')
    assert.equal(statusOf(end), 515)
    assert.equal(device.id, 1)
    assert.equal(client.state.creds.me?.id, `${phone.account.phone}:1@s.whatsapp.net`)
    assert.equal(client.state.creds.me?.lid, `${phone.account.lid}:1@lid`)
  })

  it('logs in, uploads its prekeys and is open', async () => {
    await client.reopen()
    const device = phone.account.devices.get(1)!
    await world.log.until((event) => event.type === 'active')
    assert.equal(device.preKeys.size, 812)
    await client.connection((update) => update.receivedPendingNotifications === true)
  })

  it('gets no answer 501 to anything it asks by itself', () => {
    assert.deepEqual(world.unhandled.list(), [])
  })
})
